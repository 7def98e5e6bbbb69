using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NGrammys.ServiceDefaults;
using NGrammys.WebFrontend.Admin;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Files;
using NGrammys.WebFrontend.Hubs;
using NGrammys.WebFrontend.Limits;
using NGrammys.WebFrontend.OpenAi;
using NGrammys.WebFrontend.Page;
using NGrammys.WebFrontend.Streaming;

namespace NGrammys.WebFrontend;

/// <summary>Puts the web frontend into a host: its own process with an Orleans client, or one process together with a silo.</summary>
public static class WebFrontendHosting
{
    // Long texts are pasted into chats; SignalR's own limit of 32 kB would break them.
    private const int LargestMessage = 1024 * 1024;

    // Clients call a server lost that was silent for five of these.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);

    /// <summary>Adds hub, authentication and page. The host adds Orleans: a client or a silo.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="options">Where it keeps what.</param>
    /// <param name="people">Who tells it who people are; null = nobody: browsers come in by a link or a key.</param>
    public static IServiceCollection AddNGrammysWebFrontend(this IServiceCollection services, WebFrontendOptions options, OpenIdConnectSettings? people = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddCallers(options.DataFolder, people);
        services.AddSingleton<TurnRelay>();
        services.AddSingleton<PassingReplies>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<Repetition>();
        services.AddSingleton<ListFeed>();
        services.AddSingleton<ConversationFiles>();
        services.AddOpenAiApi();
        services.AddSingleton(_ => new AuditLog(options.DataFolder));
        services.AddPrometheus();
        services.AddHealthChecks().AddCheck<ServerCheck>("server", tags: [ServiceHosting.Ready]);
        services
            .AddSignalR(hub =>
            {
                hub.MaximumReceiveMessageSize = LargestMessage;
                hub.KeepAliveInterval = KeepAlive;
                hub.MaximumParallelInvocationsPerClient = 4;
                hub.AddFilter<Refusals>();
                hub.AddFilter<Repetition>();
            })
            .AddMessagePackProtocol();
        // Of two protocols of a name SignalR takes the later.
        services.AddSingleton<IHubProtocol>(provider => new PaddedProtocol(ActivatorUtilities.CreateInstance<JsonHubProtocol>(provider)));
        services.AddSingleton<IHubProtocol>(provider => new PaddedProtocol(ActivatorUtilities.CreateInstance<MessagePackHubProtocol>(provider)));
        return services;
    }

    /// <summary>Maps hub, sign-in, health endpoints and page.</summary>
    public static WebApplication MapNGrammysWebFrontend(this WebApplication app)
    {
        app.UsePageSecurity();
        app.UseOpenAiErrors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseCallOwner();
        app.UseAdmissionWatch();
        app.MapHub<ChatHub>(ChatHub.Path, connection => connection.CloseOnAuthenticationExpiration = true);
        app.MapConversationFiles();
        app.MapAdmin();
        app.MapSignIn();
        app.MapOpenAiApi();
        app.MapHealthEndpoints();
        app.MapPrometheus().RequireAuthorization(KeyScopes.Admin);
        app.MapWebClient();
        return app;
    }
}
