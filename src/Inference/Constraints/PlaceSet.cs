using System.Runtime.CompilerServices;

namespace NGrammys.Inference.Constraints;

/// <summary>Places as a key of states.</summary>
internal readonly struct PlaceSet : IEquatable<PlaceSet>
{
    private readonly int _hash;

    public PlaceSet(Place[] items, bool mayEnd)
    {
        (Items, MayEnd) = (items, mayEnd);
        var hash = items.Length * 2 + (mayEnd ? 1 : 0);
        foreach (var (node, frame) in items) hash = (hash * 31 + node) * 31 + RuntimeHelpers.GetHashCode(frame);
        _hash = hash;
    }

    public Place[] Items { get; }

    public bool MayEnd { get; }

    public bool Equals(PlaceSet other)
    {
        if (_hash != other._hash || MayEnd != other.MayEnd || Items.Length != other.Items.Length) return false;
        for (var i = 0; i < Items.Length; i++)
        {
            if (Items[i].Node != other.Items[i].Node || !ReferenceEquals(Items[i].Frame, other.Items[i].Frame)) return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is PlaceSet other && Equals(other);

    public override int GetHashCode() => _hash;
}
