using System.Text;
using System.Text.Json;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads the "normalizer" of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <summary>Builds the normalizer.</summary>
    /// <exception cref="NotSupportedException">Part of it is unknown here, or this process cannot do it.</exception>
    public static Func<string, string> Read(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null) return text => text;
        switch (element.GetProperty("type").GetString())
        {
            case "Sequence":
                return element.GetProperty("normalizers").EnumerateArray().Select(Read).Aggregate((left, right) => text => right(left(text)));
            case "NFC":
                return UnicodeForm(NormalizationForm.FormC);
            case "NFD":
                return UnicodeForm(NormalizationForm.FormD);
            case "NFKC":
                return UnicodeForm(NormalizationForm.FormKC);
            case "NFKD":
                return UnicodeForm(NormalizationForm.FormKD);
            case "Prepend":
                var prefix = element.GetProperty("prepend").GetString() ?? throw new FormatException("a Prepend without a text");
                return text => text.Length == 0 ? text : prefix + text;
            case "Replace":
                return TextReplacement.Read(element).Apply;
            case var type:
                throw new NotSupportedException($"the normalizer {type}");
        }
    }

    /// <summary>One of Unicode's normalization forms.</summary>
    /// <exception cref="NotSupportedException">This process cannot do it.</exception>
    public static Func<string, string> UnicodeForm(NormalizationForm form)
    {
        if ("e\u0301".Normalize(NormalizationForm.FormC) != "\u00E9")
            throw new NotSupportedException("Unicode normalization without ICU (set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0 and install libicu)");
        // .NET refuses U+FFFE, which normalization neither changes nor reaches across.
        return text => string.Join('\uFFFE', text.Split('\uFFFE').Select(part => part.Normalize(form)));
    }
}
