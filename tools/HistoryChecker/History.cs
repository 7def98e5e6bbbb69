using System.Text.Json;
using System.Text.Json.Serialization;

namespace NGrammys.HistoryChecker;

/// <summary>Histories as JSON Lines, in the order in which things happened to each client.</summary>
public static class History
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>A line as text.</summary>
    public static string Write(HistoryLine line) => JsonSerializer.Serialize(line, Json);

    /// <summary>Reads a history.</summary>
    /// <exception cref="FormatException">A line is none; the message says which.</exception>
    public static IReadOnlyList<HistoryLine> Read(IEnumerable<string> lines) => [.. lines.Select((text, index) =>
    {
        try
        {
            return JsonSerializer.Deserialize<HistoryLine>(text, Json) is { Turn: not null, Tokens: not null } line ? line : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new FormatException($"Line {index + 1} is no line of a history.");
        }
    })];
}
