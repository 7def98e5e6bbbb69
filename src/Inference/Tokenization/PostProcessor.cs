using System.Text.Json;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads the "post_processor" of a tokenizer.json: the ids around a text.</summary>
internal static class PostProcessor
{
    /// <summary>The ids before and behind a single text.</summary>
    /// <exception cref="NotSupportedException">Part of it is unknown here.</exception>
    public static (int[] Before, int[] After) Read(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null) return ([], []);
        switch (element.GetProperty("type").GetString())
        {
            case "ByteLevel":
                return ([], []);
            case "Sequence":
                var parts = element.GetProperty("processors").EnumerateArray().Select(Read).ToList();
                return ([.. parts.AsEnumerable().Reverse().SelectMany(p => p.Before)], [.. parts.SelectMany(p => p.After)]);
            case "TemplateProcessing":
                return Template(element);
            case var type:
                throw new NotSupportedException($"the post-processor {type}");
        }
    }

    private static (int[] Before, int[] After) Template(JsonElement element)
    {
        var ids = new[] { new List<int>(), new List<int>() };
        var texts = 0;
        foreach (var piece in element.GetProperty("single").EnumerateArray())
        {
            if (piece.TryGetProperty("Sequence", out _)) texts++;
            else ids[Math.Min(texts, 1)].AddRange(Ids(element, piece.GetProperty("SpecialToken").GetProperty("id").GetString()!));
        }

        return texts == 1 ? ([.. ids[0]], [.. ids[1]]) : throw new NotSupportedException("a TemplateProcessing that repeats or drops the text");
    }

    private static IEnumerable<int> Ids(JsonElement element, string token) =>
        element.GetProperty("special_tokens").GetProperty(token).GetProperty("ids").EnumerateArray().Select(id => id.GetInt32());
}
