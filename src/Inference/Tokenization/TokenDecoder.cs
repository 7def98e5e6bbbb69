using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads the "decoder" of a tokenizer.json: which bytes the text of a token stands for.</summary>
/// <param name="Bytes">The bytes of one token.</param>
/// <param name="StripsLeadingSpace">Whether a space that opens the whole text is dropped.</param>
internal sealed record TokenDecoder(Func<string, byte[]> Bytes, bool StripsLeadingSpace)
{
    /// <summary>Builds the decoder.</summary>
    /// <exception cref="NotSupportedException">Part of it is unknown here.</exception>
    public static TokenDecoder Read(JsonElement element)
    {
        var steps = new List<JsonElement>();
        Flatten(element, steps);
        if (steps is [var only] && Type(only) == "ByteLevel") return new TokenDecoder(ByteAlphabet.Decode, false);
        Func<string, string> replace = token => token;
        var strips = false;
        foreach (var step in steps)
        {
            switch (Type(step))
            {
                case "Replace":
                    var (inner, replacement) = (replace, TextReplacement.Read(step));
                    if (replacement.To.Length > replacement.From.Length) throw new NotSupportedException("a Replace by a longer text in the decoder");
                    replace = token => replacement.Apply(inner(token));
                    break;
                case "Metaspace":
                    var (before, space) = (replace, step.GetProperty("replacement").GetString() ?? throw new FormatException("a Metaspace without a replacement"));
                    replace = token => before(token).Replace(space, " ", StringComparison.Ordinal);
                    strips = !step.TryGetProperty("prepend_scheme", out var scheme) || scheme.GetString() != "never";
                    break;
                case "Strip" when StripsOneSpace(step):
                    strips = true;
                    break;
                case "ByteFallback" or "Fuse":
                    break;
                case var type:
                    throw new NotSupportedException($"the decoder {type}");
            }
        }

        return new TokenDecoder(token => ByteOf(token) ?? Encoding.UTF8.GetBytes(replace(token)), strips);
    }

    /// <summary>The byte of a byte fallback token, "&lt;0x0A&gt;"; null for other tokens.</summary>
    public static byte[]? ByteOf(string token) =>
        token is ['<', '0', 'x', _, _, '>']
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? [value]
            : null;

    private static bool StripsOneSpace(JsonElement step) =>
        step.GetProperty("content").GetString() == " " && step.GetProperty("start").GetInt32() == 1 && step.GetProperty("stop").GetInt32() == 0;

    private static void Flatten(JsonElement element, List<JsonElement> steps)
    {
        if (element.ValueKind == JsonValueKind.Null) return;
        if (Type(element) != "Sequence") steps.Add(element);
        else foreach (var step in element.GetProperty("decoders").EnumerateArray()) Flatten(step, steps);
    }

    private static string? Type(JsonElement element) => element.GetProperty("type").GetString();
}
