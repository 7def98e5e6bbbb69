using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NGrammys.Cli.Tests.Bench;

/// <summary>A server of OpenAI's protocol that answers every question with the same pieces, and remembers what it was asked.</summary>
internal sealed class OpenAiEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OpenAiEndpoint(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public List<JsonElement> Requests { get; } = [];

    /// <summary>Starts one.</summary>
    /// <param name="pieces">What it says, piece by piece.</param>
    /// <param name="fails">Whether it refuses what is not the first request.</param>
    public static async Task<OpenAiEndpoint> StartAsync(string[] pieces, bool fails = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var endpoint = new OpenAiEndpoint(app);
        app.MapGet("/v1/models", () => Results.Json(new { data = new[] { new { id = "parrot" } } }));
        app.MapPost("/v1/chat/completions", async context =>
        {
            int earlier;
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
            lock (endpoint.Requests)
            {
                earlier = endpoint.Requests.Count;
                endpoint.Requests.Add(body);
            }

            if (fails && earlier > 0)
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                await context.Response.WriteAsync("""{"error":{"message":"too many"}}""");
                return;
            }

            context.Response.ContentType = "text/event-stream";
            foreach (var piece in pieces) await context.Response.WriteAsync($$$"""data: {"choices":[{"index":0,"delta":{"content":"{{{piece}}}"}}]}""" + "\n\n");
            await context.Response.WriteAsync($$$"""data: {"choices":[],"usage":{"completion_tokens":{{{2 * pieces.Length}}}}}""" + "\n\ndata: [DONE]\n\n");
        });
        await app.StartAsync();
        return endpoint;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
