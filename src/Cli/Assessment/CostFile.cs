using System.Text.Json;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Assessment;

/// <summary>Reads a cost profile: <c>{"points": [{"tokens": 1, "context": 512, "milliseconds": 24.0}, ...]}</c>; other fields are left alone.</summary>
internal static class CostFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="NGrammysException">There is none, or it is no profile.</exception>
    public static CostProfile Read(string path)
    {
        if (!File.Exists(path)) throw new NGrammysException($"There is no cost profile '{path}'; make one with ngrammys profile --model DIR --json.");
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            return new CostProfile(file.RootElement.GetProperty("points").EnumerateArray().Select(point => (
                point.GetProperty("tokens").GetInt32(),
                point.GetProperty("context").GetInt32(),
                point.GetProperty("milliseconds").GetDouble())).ToList());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new NGrammysException($"'{path}' is no cost profile: points of tokens, context and milliseconds are expected.", e);
        }
    }
}
