using Microsoft.AspNetCore.Hosting.Server.Features;
using NGrammys.ServiceDefaults;
using NGrammys.WebFrontend;
using NGrammys.WebFrontend.Auth;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.UseOrleansClient(client =>
{
    if (!builder.Configuration.GetSection("Orleans").Exists())
        client.UseLocalhostClustering();
});
builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions
{
    DataFolder = builder.Configuration["DataFolder"]
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "ngrammys"),
});
await using var app = builder.Build();
app.MapNGrammysWebFrontend();
await app.StartAsync();
foreach (var address in app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
    Console.WriteLine($"Sign in once with {app.Services.GetRequiredService<SignInLinks>().Create(new Uri(address))}");
await app.WaitForShutdownAsync();
