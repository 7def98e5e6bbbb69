namespace NGrammys.Inference.Constraints;

/// <summary>A call that has not returned: where it goes on, what it has counted and which properties it has seen. Immutable; equal frames of one table are one object.</summary>
internal sealed class Frame(int back, int count, PropertySet seen, Frame? caller)
{
    /// <summary>Most frames on top of each other: what System.Text.Json reads with its default limit, and a little for the text itself.</summary>
    public const int MaxDepth = 64;

    /// <summary>The node to go on at.</summary>
    public int Return { get; } = back;

    public int Count { get; } = count;

    public PropertySet Seen { get; } = seen;

    public Frame? Caller { get; } = caller;

    /// <summary>Frames up to and including this one.</summary>
    public int Depth { get; } = (caller?.Depth ?? 0) + 1;
}
