namespace NGrammys.Inference.Constraints;

/// <summary>A set of nodes as a key: ascending, each once.</summary>
internal readonly struct NodeSet : IEquatable<NodeSet>
{
    private readonly int _hash;

    public NodeSet(int[] items)
    {
        Items = items;
        _hash = items.Length;
        foreach (var item in items) _hash = _hash * 31 + item;
    }

    public int[] Items { get; }

    public bool Equals(NodeSet other) => _hash == other._hash && Items.AsSpan().SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is NodeSet other && Equals(other);

    public override int GetHashCode() => _hash;
}
