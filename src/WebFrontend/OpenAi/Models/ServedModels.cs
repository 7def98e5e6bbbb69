using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Models;

/// <summary>The models that the cluster serves, as /v1/models tells them.</summary>
internal sealed class ServedModels(IGrainFactory grains, TimeProvider time)
{
    private readonly DateTimeOffset _since = time.GetUtcNow();

    /// <summary>The model that answers where none is named.</summary>
    public async Task<string> DefaultAsync() => (await DescribeAsync()).Model;

    /// <summary>The model that a request has chosen; null where it is the only one, since every request must name one.</summary>
    /// <exception cref="ApiError">It is not served.</exception>
    public async Task<string?> ChosenAsync(string model)
    {
        var names = await NamesAsync();
        if (!names.Contains(model)) throw ApiError.UnknownModel(model);
        return names.Length > 1 ? model : null;
    }

    public async Task ListAsync(HttpContext context) => await context.Response.WriteAsJsonAsync(new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. (await NamesAsync()).Select(Describe)]),
    });

    public async Task GetAsync(HttpContext context)
    {
        // A name may hold slashes, as owner/model has one.
        var name = (string)context.Request.RouteValues["model"]!;
        await ChosenAsync(name);
        await context.Response.WriteAsJsonAsync(Describe(name));
    }

    /// <summary>What must be equal for equal seeds to give equal replies.</summary>
    public static string Fingerprint(CompletionHandle handle) => $"fp_{handle.Fingerprint[..Math.Min(12, handle.Fingerprint.Length)]}";

    private async Task<string[]> NamesAsync()
    {
        var server = await DescribeAsync();
        // A node of an earlier release names the one alone.
        return server.Models.Length == 0 ? [server.Model] : Array.ConvertAll(server.Models, model => model.Name);
    }

    private Task<ServerDescription> DescribeAsync() => grains.GetGrain<IServerGrain>(0).Describe();

    private JsonObject Describe(string name) => new()
    {
        ["id"] = name,
        ["object"] = "model",
        ["created"] = _since.ToUnixTimeSeconds(),
        ["owned_by"] = "ngrammys",
    };
}
