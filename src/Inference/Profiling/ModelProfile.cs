using System.Text.Json;
using System.Text.Json.Serialization;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Profiling;

/// <summary>What a forward pass of a model costs on a device, by the number of its tokens and the length of the context: the file that <c>ngrammys profile</c> prints.</summary>
public sealed record ModelProfile
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Arithmetic.</summary>
    [JsonPropertyName("dtype")]
    public required string DataType { get; init; }

    /// <summary>cpu, torch-cpu or cuda:N.</summary>
    public required string Device { get; init; }

    /// <summary>[C] lengths of the context before the pass, ascending.</summary>
    public required int[] Context { get; init; }

    /// <summary>[T] tokens of the pass, root included, ascending.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>[C, T] median seconds.</summary>
    public required double[][] Seconds { get; init; }

    /// <summary>[C, T] seconds from the first to the third quartile: how far a single pass strays.</summary>
    public required double[][] Spread { get; init; }

    /// <summary>[C] median seconds of a pass of the most tokens of which only the last one's logits are wanted, as in a prompt; null in profiles of earlier versions.</summary>
    public double[]? Prompt { get; init; }

    /// <summary>Reads a profile.</summary>
    /// <exception cref="NGrammysException">It is missing, or is none.</exception>
    public static ModelProfile Read(string path)
    {
        try
        {
            var profile = JsonSerializer.Deserialize<ModelProfile>(File.ReadAllText(path), Options);
            return profile is not null && profile.IsWhole ? profile : throw new JsonException("its table does not fit its lengths");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new NGrammysException($"'{path}' is no cost profile ({e.Message}); make one with ngrammys profile.", e);
        }
    }

    /// <summary>As it is printed and stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    private bool IsWhole => Context is { Length: > 0 } && Tokens is { Length: > 0 } && Fits(Seconds) && Fits(Spread)
        && (Prompt is null || (Prompt.Length == Context.Length && Array.TrueForAll(Prompt, seconds => seconds > 0)));

    private bool Fits(double[][] table) => table is not null && table.Length == Context.Length
        && Array.TrueForAll(table, row => row is not null && row.Length == Tokens.Length && Array.TrueForAll(row, seconds => seconds >= 0));
}
