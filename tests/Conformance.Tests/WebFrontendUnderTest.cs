using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NGrammys.TestSupport;
using NGrammys.WebFrontend;

namespace NGrammys.Conformance.Tests;

/// <summary>One web frontend of a cluster, on a free port of this machine.</summary>
public sealed class WebFrontendUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebFrontendUnderTest(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IServiceProvider Services => _app.Services;

    /// <summary>What it answers at.</summary>
    public IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints => Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>A plain HTTP client that sends a key; the caller disposes it.</summary>
    public HttpClient Connect(string key)
    {
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    public static async Task<WebFrontendUnderTest> StartAsync(IGrainFactory grains, string folder)
    {
        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.UseUrls("http://127.0.0.1:0");
        web.Services.AddSingleton(grains);
        web.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = folder });
        var app = web.Build();
        app.MapNGrammysWebFrontend();
        await app.StartAsync().For("the web frontend to start");
        return new WebFrontendUnderTest(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
