using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>Whose keys and values may be exchanged where the tokens are equal.</summary>
/// <param name="Fingerprint">Of the model.</param>
/// <param name="Tenant">See <see cref="SequenceRequest.Tenant"/>.</param>
/// <param name="Angles">See <see cref="Execution.IForwardExecutor.AnglesOf"/>.</param>
internal readonly record struct PrefixScope(string Fingerprint, string Tenant, int Angles);

/// <summary>Hashes of a growing text, one for each whole block of tokens and everything before it. Equal texts of a scope have equal hashes; whether texts of
/// equal hashes are equal must be looked at.</summary>
internal sealed class TokenBlocks(PrefixScope scope)
{
    /// <summary>Tokens of a block: less is not worth finding.</summary>
    public const int Length = 32;

    private readonly List<ulong> _hashes = [];

    public PrefixScope Scope => scope;

    /// <summary>Whole blocks hashed.</summary>
    public int Count => _hashes.Count;

    /// <summary>How many of them an index knows. The index's own.</summary>
    public int Indexed { get; set; }

    public ulong this[int block] => _hashes[block];

    /// <summary>Hashes the blocks that have become whole.</summary>
    /// <param name="tokens">The text from its beginning; never shorter or other than before.</param>
    public void Extend(ReadOnlySpan<int> tokens)
    {
        while ((_hashes.Count + 1) * Length <= tokens.Length)
        {
            var hash = _hashes.Count == 0 ? (ulong)scope.GetHashCode() : _hashes[^1];
            foreach (var token in tokens.Slice(_hashes.Count * Length, Length)) hash = Mix(hash ^ (uint)token);
            _hashes.Add(hash);
        }
    }

    /// <summary>Forgets blocks behind this many.</summary>
    public void Cut(int blocks)
    {
        if (blocks < _hashes.Count) _hashes.RemoveRange(blocks, _hashes.Count - blocks);
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }
}
