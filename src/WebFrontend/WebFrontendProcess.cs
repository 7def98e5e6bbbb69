using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.WebFrontend.Auth;
using Orleans.Dashboard;

namespace NGrammys.WebFrontend;

/// <summary>A web frontend as a process of its own: a client of the cluster. It holds no conversation, so any number of them serve the same ones.</summary>
/// <remarks>Frontends of one cluster share their <c>DataFolder</c>: keys and sign-ins of one are then good on the others.</remarks>
internal static class WebFrontendProcess
{
    public static async Task RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        builder.AddServiceDefaults();
        var cluster = ClusterSettings.Read(builder.Configuration);
        builder.UseOrleansClient(client =>
        {
            if (cluster is null) client.UseLocalhostClustering().UseBriefPatience();
            else client.UseCluster(cluster);
            client.AddDashboard();
        });
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions
        {
            DataFolder = builder.Configuration["DataFolder"]
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "ngrammys"),
        }, OpenIdConnectSettings.Read(builder.Configuration));
        await using var app = builder.Build();
        app.MapNGrammysWebFrontend();
        await app.StartAsync();
        foreach (var address in app.Urls)
            Console.WriteLine($"Sign in once with {app.Services.GetRequiredService<SignInLinks>().Create(new Uri(address))}");
        await app.WaitForShutdownAsync();
    }
}
