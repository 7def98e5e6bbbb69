namespace NGrammys.Inference.Constraints;

/// <summary>Makes equal frames one object, so that comparing stacks is comparing references. Not thread-safe.</summary>
internal sealed class FrameTable
{
    private readonly Dictionary<(int Return, int Count, PropertySet Seen, Frame? Caller), Frame> _frames = [];

    /// <summary>The frame with these values.</summary>
    public Frame Get(int back, int count, PropertySet seen, Frame? caller)
    {
        var key = (back, count, seen, caller);
        return _frames.TryGetValue(key, out var frame) ? frame : _frames[key] = new Frame(back, count, seen, caller);
    }

    /// <summary>Forgets all of them; those in use stay valid, they are only no longer shared.</summary>
    public void Clear() => _frames.Clear();
}
