using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;

namespace NGrammys.TestSupport;

/// <summary>Words for the tokens of a <see cref="TinyModel"/>: the ASCII characters, and the pieces that JSON is made of. Encodes greedily, the longest first.</summary>
public sealed class TinyTokenizer : ITokenizer
{
    /// <summary>The first tokens stand for nothing: so many.</summary>
    public const int Marks = 3;

    private static readonly string[] Pieces = ["{\"", "\": ", "true"];
    private static readonly string[] Words = [.. Enumerable.Range(0x20, 0x5F).Select(value => ((char)value).ToString()), .. Pieces];
    private static readonly byte[][] Bytes = [.. Enumerable.Repeat<byte[]>([], Marks), .. Words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Number of tokens.</summary>
    public static int Vocabulary => Bytes.Length;

    /// <inheritdoc/>
    public bool StripsLeadingSpace => false;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int token) => (uint)token < (uint)Bytes.Length ? Bytes[token] : [];

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecial, bool parseSpecial)
    {
        var ids = new List<int>();
        while (text.Length > 0)
        {
            var word = Words.Where(word => text.StartsWith(word, StringComparison.Ordinal)).MaxBy(word => word.Length);
            if (word is not null) ids.Add(Marks + Array.IndexOf(Words, word));
            text = text[(word ?? " ").Length..];
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial) => string.Concat(ids.ToArray().Select(id => Encoding.UTF8.GetString(BytesOf(id))));

    /// <inheritdoc/>
    public IDetokenizer CreateDetokenizer() => new Detokenizer(this);

    /// <inheritdoc/>
    public int[] EncodeChat(IReadOnlyList<ChatMessage> messages) => throw new NotSupportedException();

    /// <inheritdoc/>
    public int[] EncodeRendered(JsonObject variables) => throw new NotSupportedException();

    private sealed class Detokenizer(TinyTokenizer tokenizer) : IDetokenizer
    {
        public string Append(int token) => tokenizer.Decode([token], skipSpecial: true);

        public string Flush() => "";
    }
}
