namespace NGrammys.Inference.Constraints;

/// <summary>Which properties of an object may come next, given those that have: asked before the comma, so that no text leads into a dead end.</summary>
/// <param name="required">Listed properties that must come.</param>
/// <param name="heights">[listed] Frames that the value of each needs at least.</param>
/// <param name="open">Frames that the value of a property not listed needs at least; null = there can be none.</param>
/// <param name="least">At least so many properties.</param>
/// <param name="most">At most so many; null = any number.</param>
internal sealed class PropertyCounting(PropertySet required, int[] heights, int? open, int least, int? most)
{
    // Nobody asks for an exact count beyond it.
    private readonly int _cap = most ?? least;

    /// <summary>Whether a property may begin.</summary>
    public bool Allows(int property, Frame frame)
    {
        var height = property < 0 ? -property : heights[property];
        if (frame.Depth + height > Frame.MaxDepth || (property >= 0 && frame.Seen.Contains(property))) return false;
        if (most is null) return true;
        var missing = required.CountMissing(frame.Seen);
        if (property >= 0 && required.Contains(property)) missing--;
        return frame.Count + 1 + missing <= most;
    }

    /// <summary>Whether any property may begin.</summary>
    public bool AllowsAny(Frame frame)
    {
        if (open is { } height && Allows(-height, frame)) return true;
        for (var i = 0; i < heights.Length; i++)
        {
            if (Allows(i, frame)) return true;
        }

        return false;
    }

    /// <summary>Whether the object may end.</summary>
    public bool MayClose(Frame frame) => frame.Count >= least && frame.Seen.Includes(required);

    /// <summary>The count when one more has begun.</summary>
    public int Next(int count) => Math.Min(count + 1, _cap);
}
