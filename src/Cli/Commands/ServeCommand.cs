using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.Cli.Hub;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.ServiceDefaults.Configuration;
using NGrammys.Silo;
using NGrammys.Silo.Engines;
using NGrammys.Storage.Sqlite;
using NGrammys.WebFrontend;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys serve</c>: silo and web frontend in one process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var model = new ModelOptions();
        var data = new DataFolder();
        var listen = new Option<string>("--listen")
        {
            Description = "IP address to listen on; 0.0.0.0 lets other machines in, which wants TLS in front",
            DefaultValueFactory = _ => IPAddress.Loopback.ToString(),
            HelpName = "ADDRESS",
        };
        var port = new Option<int>("--port") { Description = "port of the web page", DefaultValueFactory = _ => 5080, HelpName = "N" };
        var sharing = new Option<string[]>("--share-ngrams")
        {
            Description = "tenants whose conversations draft from their earlier replies; never from another tenant's",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
            HelpName = "TENANT",
        };
        var command = new Command("serve", "Serve one box: web page, SignalR and engine in one process.") { listen, port, sharing };
        model.AddTo(command);
        data.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async () =>
        {
            var builder = WebApplication.CreateBuilder();
            var folder = data.Read(arguments);
            var options = model.Read(arguments, SettingsSection.Read<EngineOptions>(builder.Configuration, EngineOptions.Section));
            options = options with
            {
                Model = await HubModels.ResolveAsync(options.Model, folder, CancellationToken.None),
                SharedNGrams = [.. options.SharedNGrams, .. arguments.GetValue(sharing)!],
            };
            await ServeAsync(builder, options, folder, AddressOf(arguments.GetValue(listen)!, arguments.GetValue(port)));
        }));
        return command;
    }

    private static async Task ServeAsync(WebApplicationBuilder builder, EngineOptions options, string data, IPEndPoint endpoint)
    {
        await using var store = SqliteStore.Open(Path.Combine(data, "conversations.db"), TimeProvider.System);
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        using var model = LoadedModel.Load(options, TimeProvider.System, loggers, data);
        model.PrepareChat();

        // Whoever sits at this machine follows the link; others know its name themselves.
        var everywhere = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
        var address = new Uri($"http://{new IPEndPoint(everywhere ? IPAddress.Loopback : endpoint.Address, endpoint.Port)}");
        builder.AddServiceDefaults();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // It warns at every start that the cookie keys lie unencrypted in the data folder, which only the owner can read.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Its warnings are about clusters; this one has a single node.
        builder.Logging.AddFilter("Orleans", LogLevel.Error);
        builder.WebHost.UseUrls($"http://{endpoint}");
        // One box is a cluster of one: nobody else needs to find its ports, and two boxes on a machine must not meet.
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort.Take(IPAddress.Loopback), gatewayPort: 0).AddNGrammys(model, store));
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = data }, OpenIdConnectSettings.Read(builder.Configuration));
        await using var app = builder.Build();
        app.MapNGrammysWebFrontend();
        await StartAsync(app, endpoint);

        LocalKey.Ensure(data, app.Services.GetRequiredService<KeyStore>());
        Console.WriteLine($"""
            NGrammys serves {model.Engine.Model.Name} on {model.Devices} ({model.Engine.Model.DataType}).
              Address  {address}
              Data     {data}
              Sign in  {app.Services.GetRequiredService<SignInLinks>().Create(address)}
            The sign-in link works once. Ctrl-C stops the server; conversations stay.
            """);
        if (!IPAddress.IsLoopback(endpoint.Address))
            Console.WriteLine("Other machines reach this one without encryption: let only a proxy that ends TLS do so, as in deploy/nginx.");
        await app.WaitForShutdownAsync();
    }

    private static async Task StartAsync(WebApplication app, IPEndPoint endpoint)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new NGrammysException($"Port {endpoint.Port} is taken by another program; choose one with --port.", e);
        }
        catch (SocketException e)
        {
            throw new NGrammysException($"{endpoint} cannot be listened on ({e.Message}); choose an address of this machine with --listen, or another --port.", e);
        }
    }

    private static IPEndPoint AddressOf(string address, int port)
    {
        if (port is < 1 or > IPEndPoint.MaxPort) throw new NGrammysException($"There is no port {port}; choose one from 1 to {IPEndPoint.MaxPort}.");
        return IPAddress.TryParse(address, out var parsed) ? new IPEndPoint(parsed, port)
            : throw new NGrammysException($"--listen is '{address}'; it must be an IP address of this machine, or 0.0.0.0 for all of them.");
    }
}
