using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>Server-sent events of one answer. Not thread-safe.</summary>
internal sealed class EventStream(HttpContext context, TimeProvider time)
{
    /// <summary>A connection in which nothing moves for so long is kept alive by a comment, which clients ignore.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private long _lastWritten = time.GetTimestamp();

    /// <summary>Sends status and headers.</summary>
    public Task StartAsync()
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        // Proxies that collect a whole answer would hold back every token.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return context.Response.StartAsync(context.RequestAborted);
    }

    public Task SendAsync(JsonNode json, string? name = null) =>
        WriteAsync($"{(name is null ? "" : $"event: {name}\n")}data: {json.ToJsonString(JsonSerializerOptions.Web)}\n\n");

    public Task SendDoneAsync() => WriteAsync("data: [DONE]\n\n");

    /// <summary>Sends a heartbeat if it is time for one.</summary>
    public Task KeepAliveAsync() => time.GetElapsedTime(_lastWritten) < Heartbeat ? Task.CompletedTask : WriteAsync(": ping\n\n");

    private async Task WriteAsync(string text)
    {
        _lastWritten = time.GetTimestamp();
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
