using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tests.Constraints;

/// <summary>Every byte, some words of several, and an end that stands for nothing; encodes greedily.</summary>
internal sealed class WordTokenizer(params string[] words) : ITokenizer
{
    private readonly byte[][] _bytes = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), [], .. words.Select(Encoding.UTF8.GetBytes)];

    public static int End => 256;

    public int Size => _bytes.Length;

    public bool StripsLeadingSpace { get; init; }

    public ReadOnlySpan<byte> BytesOf(int token) => (uint)token < (uint)_bytes.Length ? _bytes[token] : [];

    public int[] Encode(string text, bool addSpecial, bool parseSpecial)
    {
        var ids = new List<int>();
        for (ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text); !rest.IsEmpty; rest = rest[_bytes[ids[^1]].Length..])
        {
            int best = rest[0];
            for (var token = End + 1; token < Size; token++)
            {
                if (_bytes[token].Length > _bytes[best].Length && rest.StartsWith(_bytes[token])) best = token;
            }

            ids.Add(best);
        }

        return [.. ids];
    }

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial) => Encoding.UTF8.GetString([.. ids.ToArray().SelectMany(id => _bytes[id])]);

    public IDetokenizer CreateDetokenizer() => throw new NotSupportedException();

    public int[] EncodeChat(IReadOnlyList<ChatMessage> messages) => throw new NotSupportedException();

    public int[] EncodeRendered(JsonObject variables) => throw new NotSupportedException();
}
