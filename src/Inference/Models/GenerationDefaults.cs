using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>What generation_config.json says: how replies end and how the model's makers sample.</summary>
public sealed record GenerationDefaults
{
    /// <summary>Tokens that end a reply.</summary>
    public required int[] StopTokens { get; init; }

    /// <summary>Recommended sampling; greedy where none is named.</summary>
    public required SamplingParameters Sampling { get; init; }

    /// <summary>Reads generation_config.json where the folder has one, and config.json for what it leaves out.</summary>
    /// <exception cref="NGrammysException">One of them is damaged.</exception>
    public static GenerationDefaults Read(string folder)
    {
        using var config = JsonFile.Read(Path.Combine(folder, "config.json"));
        var path = Path.Combine(folder, "generation_config.json");
        using var generation = File.Exists(path) ? JsonFile.Read(path) : JsonDocument.Parse("{}");
        try
        {
            return Read(generation.RootElement, config.RootElement);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new NGrammysException($"generation_config.json or config.json in '{folder}' is damaged: eos_token_id must be a token id or a list of them.", e);
        }
    }

    private static GenerationDefaults Read(JsonElement root, JsonElement config)
    {
        var stop = Ids(root, "eos_token_id");
        return new GenerationDefaults
        {
            StopTokens = stop.Length > 0 ? stop : Ids(config, "eos_token_id"),
            Sampling = root.TryGetProperty("do_sample", out var sample) && sample.ValueKind == JsonValueKind.True
                ? new SamplingParameters
                {
                    Temperature = Number(root, "temperature") ?? 1,
                    TopK = (int)(Number(root, "top_k") ?? 0),
                    TopP = Number(root, "top_p") ?? 1,
                }
                : SamplingParameters.Greedy,
        };
    }

    private static int[] Ids(JsonElement root, string name) => !root.TryGetProperty(name, out var value) ? [] : value.ValueKind switch
    {
        JsonValueKind.Number => [value.GetInt32()],
        JsonValueKind.Array => [.. value.EnumerateArray().Select(id => id.GetInt32())],
        _ => [],
    };

    private static double? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
