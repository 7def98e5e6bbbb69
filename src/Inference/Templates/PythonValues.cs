using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NGrammys.Inference.Templates;

/// <summary>JSON for a JavaScript interpreter that must show it as Python would: 1.0 stays a float, integers keep all their digits, fields their order.</summary>
/// <remarks>
/// What JavaScript would lose becomes a text behind a mark, which prelude.js takes off: numbers in Python's spelling, the names of fields (JavaScript puts
/// those first that look like numbers), and texts that begin with the mark themselves, so that nobody's text can pass for a number.
/// </remarks>
internal static class PythonValues
{
    private const string Mark = "\u0001";
    private const long LargestExact = 1L << 53;
    private const double LeastScientific = 1e16;

    /// <summary>Marks a JSON object's values; its own fields, the variables of a template, keep their names.</summary>
    /// <param name="json">An object in UTF-8.</param>
    /// <exception cref="InvalidOperationException">A text is not valid UTF-16.</exception>
    public static string Marked(ReadOnlySpan<byte> json)
    {
        using var marked = new MemoryStream(json.Length);
        using var writer = new Utf8JsonWriter(marked);
        var reader = new Utf8JsonReader(json);
        while (reader.Read()) Write(ref reader, writer);
        writer.Flush();
        return Encoding.UTF8.GetString(marked.GetBuffer().AsSpan(0, (int)marked.Length));
    }

    /// <summary>A float as Python's repr spells it: 1.0, 1e-07, 1e+16.</summary>
    public static string Spelling(double value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) return text;
        if (text.Contains('E', StringComparison.Ordinal)) return text.ToLowerInvariant();
        if (Math.Abs(value) < LeastScientific) return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        // .NET writes integers of one digit more in full.
        var (sign, digits) = value < 0 ? ("-", text[1..]) : ("", text);
        var fraction = digits[1..].TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{(fraction.Length > 0 ? "." : "")}{fraction}e+{digits.Length - 1}");
    }

    private static void Write(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(reader.CurrentDepth > 1 ? Mark + reader.GetString() : reader.GetString()!);
                break;
            case JsonTokenType.String:
                var text = reader.GetString()!;
                writer.WriteStringValue(text.StartsWith(Mark, StringComparison.Ordinal) ? Mark + text : text);
                break;
            case JsonTokenType.Number when reader.ValueSpan.IndexOfAny(".eE"u8) >= 0:
                writer.WriteStringValue(Mark + Spelling(reader.GetDouble()));
                break;
            case JsonTokenType.Number when !reader.TryGetInt64(out var integer) || integer is > LargestExact or < -LargestExact:
                writer.WriteStringValue(Mark + Encoding.UTF8.GetString(reader.ValueSpan));
                break;
            case JsonTokenType.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }
}
