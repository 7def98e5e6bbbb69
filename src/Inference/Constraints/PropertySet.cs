using System.Numerics;

namespace NGrammys.Inference.Constraints;

/// <summary>Which properties of an object have come, or must come. Immutable.</summary>
internal sealed class PropertySet : IEquatable<PropertySet>
{
    private readonly ulong[] _bits;
    private readonly int _hash;

    private PropertySet(ulong[] bits)
    {
        _bits = bits;
        var hash = new HashCode();
        foreach (var word in bits) hash.Add(word);
        _hash = hash.ToHashCode();
    }

    public static PropertySet Empty { get; } = new([]);

    public static PropertySet Of(IEnumerable<int> properties) => properties.Aggregate(Empty, (set, property) => set.With(property));

    public bool Contains(int property) => property >> 6 < _bits.Length && (_bits[property >> 6] >> (property & 63) & 1) != 0;

    public PropertySet With(int property)
    {
        var bits = new ulong[Math.Max(_bits.Length, (property >> 6) + 1)];
        _bits.CopyTo(bits, 0);
        bits[property >> 6] |= 1UL << (property & 63);
        return new PropertySet(bits);
    }

    /// <summary>Whether all of the other set are in this one.</summary>
    public bool Includes(PropertySet other)
    {
        for (var i = 0; i < other._bits.Length; i++)
        {
            if ((other._bits[i] & ~(i < _bits.Length ? _bits[i] : 0)) != 0) return false;
        }

        return true;
    }

    /// <summary>How many of these are not in the other set.</summary>
    public int CountMissing(PropertySet other)
    {
        var missing = 0;
        for (var i = 0; i < _bits.Length; i++) missing += BitOperations.PopCount(_bits[i] & ~(i < other._bits.Length ? other._bits[i] : 0));
        return missing;
    }

    public bool Equals(PropertySet? other) => other is not null && _hash == other._hash && _bits.AsSpan().SequenceEqual(other._bits);

    public override bool Equals(object? obj) => Equals(obj as PropertySet);

    public override int GetHashCode() => _hash;
}
