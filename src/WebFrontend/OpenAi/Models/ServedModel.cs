using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Models;

/// <summary>The model that the cluster serves, as /v1/models tells it.</summary>
internal sealed class ServedModel(IGrainFactory grains, TimeProvider time)
{
    private readonly DateTimeOffset _since = time.GetUtcNow();

    public async Task<string> NameAsync() => (await grains.GetGrain<IServerGrain>(0).Describe()).Model;

    /// <summary>Refuses any other model.</summary>
    public async Task RequireAsync(string model)
    {
        if (model != await NameAsync()) throw ApiError.UnknownModel(model);
    }

    public async Task ListAsync(HttpContext context) => await context.Response.WriteAsJsonAsync(new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray(Describe(await NameAsync())),
    });

    public async Task GetAsync(HttpContext context)
    {
        // A name may hold slashes, as owner/model has one.
        var name = (string)context.Request.RouteValues["model"]!;
        await RequireAsync(name);
        await context.Response.WriteAsJsonAsync(Describe(name));
    }

    /// <summary>What must be equal for equal seeds to give equal replies.</summary>
    public static string Fingerprint(CompletionHandle handle) => $"fp_{handle.Fingerprint[..Math.Min(12, handle.Fingerprint.Length)]}";

    private JsonObject Describe(string name) => new()
    {
        ["id"] = name,
        ["object"] = "model",
        ["created"] = _since.ToUnixTimeSeconds(),
        ["owned_by"] = "ngrammys",
    };
}
