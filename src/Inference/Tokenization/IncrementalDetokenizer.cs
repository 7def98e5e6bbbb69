using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>Decodes one reply token by token. What it returns, joined, equals <see cref="ITokenizer.Decode"/> of all tokens.</summary>
internal sealed class IncrementalDetokenizer(TokenText tokens, bool skipSpecial) : IDetokenizer
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _stripSpace = tokens.StripsLeadingSpace;

    public string Append(int token) => skipSpecial && tokens.IsSpecial(token) ? "" : Take(tokens[token], flush: false);

    public string Flush() => Take([], flush: true);

    private string Take(ReadOnlySpan<byte> bytes, bool flush)
    {
        var length = _decoder.GetCharCount(bytes, flush);
        Span<char> chars = length <= 256 ? stackalloc char[length] : new char[length];
        _decoder.GetChars(bytes, chars, flush);
        if (length == 0) return "";
        var strip = _stripSpace && chars[0] == ' ';
        _stripSpace = false;
        return new string(strip ? chars[1..] : chars);
    }
}
