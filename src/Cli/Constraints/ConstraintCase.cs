using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Constraints;

/// <summary>A schema of MaskBench's format, and texts that are valid under it or are not.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Schema">The schema as JSON text.</param>
/// <param name="Instances">JSON texts with a space behind commas and colons.</param>
internal sealed record ConstraintCase(string Name, string Schema, IReadOnlyList<(string Text, bool Valid)> Instances)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a file, one case a line.</summary>
    /// <exception cref="NGrammysException">There is no such file, a line is not understood (it is named by its number), or there is no case.</exception>
    public static List<ConstraintCase> Read(string path)
    {
        if (!File.Exists(path)) throw new NGrammysException($"There is no file '{path}'.");
        var (cases, number) = (new List<ConstraintCase>(), 0);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var record = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 512 });
                cases.Add(Read(record.RootElement, number));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new NGrammysException($"Line {number} of '{path}' is no case ({e.Message.TrimEnd('.')}); a line is {{name, schema, tests: [{{valid, data}}]}}.", e);
            }
        }

        return cases.Count > 0 ? cases : throw new NGrammysException($"'{path}' holds no case.");
    }

    private static ConstraintCase Read(JsonElement record, int number)
    {
        var name = record.TryGetProperty("name", out var given) ? given.GetString() : null;
        var tests = record.GetProperty("tests").EnumerateArray().Select(test => (Write(test.GetProperty("data")), test.GetProperty("valid").GetBoolean()));
        return new ConstraintCase(name ?? $"line {number}", record.GetProperty("schema").GetRawText(), [.. tests]);
    }

    private static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        var separator = "";
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(separator);
                    Write(item, text);
                    separator = ", ";
                }

                text.Append(']');
                break;
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject())
                {
                    text.Append(separator).Append(JsonSerializer.Serialize(property.Name, Readable)).Append(": ");
                    Write(property.Value, text);
                    separator = ", ";
                }

                text.Append('}');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
