namespace NGrammys.Inference.Constraints;

/// <summary>A call that has not returned: where it goes on, what it has counted and which properties it has seen. Immutable; equal frames of one table are one object.</summary>
internal sealed class Frame(int back, int count, PropertySet seen, Frame? caller)
{
    /// <summary>Most frames on top of each other: one of the text and one of each value, so that no more than 64 arrays and objects lie in each other, as JSON readers expect.</summary>
    public const int MaxDepth = 65;

    /// <summary>The node to go on at.</summary>
    public int Return { get; } = back;

    public int Count { get; } = count;

    public PropertySet Seen { get; } = seen;

    public Frame? Caller { get; } = caller;

    /// <summary>Frames up to and including this one.</summary>
    public int Depth { get; } = (caller?.Depth ?? 0) + 1;
}
