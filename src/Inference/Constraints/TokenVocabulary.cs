using System.Buffers;
using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Constraints;

/// <summary>The tokens of a vocabulary as a grammar reads them. Made once per model. Immutable.</summary>
/// <remarks>
/// Most tokens hold nothing but plain characters of a string. Where a string may go on freely all of them may follow, and only the others must be
/// walked (the slices of LLGuidance). That turns the widest masks into the cheapest.
/// </remarks>
public sealed class TokenVocabulary
{
    /// <summary>Characters of the longest token that counts as plain.</summary>
    internal const int LongestPlain = 24;

    private const int MaxTokenBytes = 1024;
    private readonly byte[][] _bytes;

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="tokenizer">Says what each token stands for; special tokens stand for nothing, and no grammar allows them.</param>
    /// <param name="size">Number of tokens that the model tells apart, V.</param>
    public TokenVocabulary(ITokenizer tokenizer, int size)
    {
        (Size, StripsLeadingSpace) = (size, tokenizer.StripsLeadingSpace);
        _bytes = [.. Enumerable.Range(0, size).Select(token => tokenizer.BytesOf(token).ToArray())];
        Plain = new ulong[Words];
        var all = new List<(int, byte[])>();
        for (var token = 0; token < size; token++)
        {
            if (_bytes[token].Length is 0 or > MaxTokenBytes) continue;
            all.Add((token, _bytes[token]));
            Longest = Math.Max(Longest, _bytes[token].Length);
            if (IsPlain(_bytes[token])) Plain[token >> 6] |= 1UL << token;
        }

        Trie = TokenTrie.Build(all, token => (Plain[token >> 6] >> token & 1) != 0);
    }

    /// <summary>Number of tokens, V.</summary>
    public int Size { get; }

    /// <summary>Words of 64 bits that a mask has.</summary>
    public int Words => (Size + 63) / 64;

    /// <summary>Whether a space that opens a reply is no part of its text.</summary>
    internal bool StripsLeadingSpace { get; }

    /// <summary>One bit a token: whole, plain characters of a JSON string.</summary>
    internal ulong[] Plain { get; }

    /// <summary>All tokens.</summary>
    internal TokenTrie Trie { get; }

    /// <summary>Bytes of the longest token.</summary>
    internal int Longest { get; }

    /// <summary>What a token stands for; nothing if it is special or none of the vocabulary's.</summary>
    internal ReadOnlySpan<byte> BytesOf(int token) => (uint)token < (uint)_bytes.Length && _bytes[token].Length <= MaxTokenBytes ? _bytes[token] : [];

    private static bool IsPlain(ReadOnlySpan<byte> bytes)
    {
        var characters = 0;
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) != OperationStatus.Done) return false;
            if (rune.Value < 0x20 || rune.Value is '"' or '\\') return false;
            bytes = bytes[length..];
            characters++;
        }

        return characters <= LongestPlain;
    }
}
