using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NGrammys.Conformance.Tests;

/// <summary>Raw requests, for what no client lets one send or see.</summary>
internal static class Answers
{
    /// <summary>Posts JSON; returns the status and the body.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Answer)> PostJsonAsync(this ApiServer server, string path, JsonNode body)
    {
        var answer = await server.Http.PostAsJsonAsync(path, body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(), answer);
    }

    /// <summary>Posts JSON and reads the answer as server-sent events, [DONE] included.</summary>
    public static async Task<List<string>> PostForEventsAsync(this ApiServer server, string path, JsonNode body)
    {
        using var answer = await server.Http.PostAsJsonAsync(path, body);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return Events(await answer.Content.ReadAsStringAsync());
    }

    public static List<string> Events(string body) => [.. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(block => block.Split('\n')).Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];

    public static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
