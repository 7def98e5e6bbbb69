namespace NGrammys.Inference.Constraints;

/// <summary>Runs a grammar over bytes, making its states deterministic as they are met. Not thread-safe.</summary>
/// <remarks>Memory is bounded: beyond <see cref="MaxStates"/> everything remembered is forgotten, and found again where it is still needed.</remarks>
internal sealed class Automaton
{
    // 2 KiB each where a byte has been read from it.
    private const int MaxStates = 4096;

    // Of a text that can be read in more ways, the first so many are followed: what is accepted stays right, and every way goes on to an end.
    private const int MaxPlaces = 2048;

    // The generation of a state that is like no other and must not be found again by its places.
    private const int Timeless = -1;

    private readonly Grammar _grammar;
    private readonly FrameTable _frames = new();
    private readonly Dictionary<PlaceSet, ParseState> _states = [];
    private readonly HashSet<Place> _reached = [];
    private readonly Stack<Place> _open = [];
    private readonly List<Place> _from = [];
    private readonly List<Place> _found = [];
    private readonly ParseState _dead = new(new PlaceSet([], false), Timeless);
    private int _generation;

    /// <summary>Prepares the automaton.</summary>
    /// <param name="grammar">What it reads; sealed by this.</param>
    /// <param name="start">The node where texts begin; its rule's return ends them.</param>
    /// <param name="stripsLeadingSpace">Whether a space before the text is read and is no part of it.</param>
    public Automaton(Grammar grammar, int start, bool stripsLeadingSpace = false)
    {
        _grammar = grammar;
        grammar.Seal();
        Start = Close([new Place(start, _frames.Get(-1, 0, PropertySet.Empty, null))]);
        if (!stripsLeadingSpace) return;
        var stripped = new ParseState(Start.Places, Timeless) { Next = new ParseState?[grammar.Classes] };
        stripped.Next[grammar.ClassOf(' ')] = Start;
        Start = stripped;
    }

    /// <summary>The state before the first byte.</summary>
    public ParseState Start { get; }

    /// <summary>Whether so much is remembered that it should be forgotten.</summary>
    public bool Full => _states.Count >= MaxStates;

    /// <summary>The state behind a byte; it may be dead.</summary>
    public ParseState Step(ParseState state, byte value)
    {
        var next = state.Next ??= new ParseState?[_grammar.Classes];
        return next[_grammar.ClassOf(value)] ?? Compute(state, next, value);
    }

    /// <summary>The state behind some bytes; null if they cannot come.</summary>
    public ParseState? Step(ParseState state, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            state = Step(state, value);
            if (state.Dead) return null;
        }

        return state;
    }

    /// <summary>Whether a text leads to an end.</summary>
    public bool Matches(ReadOnlySpan<byte> text) => Step(Start, text) is { MayEnd: true };

    /// <summary>The one byte that may follow; null where several may, or the text may end.</summary>
    public byte? OnlyByte(ParseState state)
    {
        int? only = null;
        if (state.MayEnd) return null;
        foreach (var (node, _) in state.Places.Items)
        {
            foreach (var edge in _grammar.Reading(node))
            {
                if (edge.A != edge.B || (only ?? edge.A) != edge.A) return null;
                only = edge.A;
            }
        }

        return (byte?)only;
    }

    /// <summary>How many plain characters of a string may follow at least, whatever they are.</summary>
    public int FreeAt(ParseState state)
    {
        if (state.Free >= 0) return state.Free;
        var free = 0;
        foreach (var (node, frame) in state.Places.Items) free = Math.Max(free, _grammar.FreeAt(node, frame.Count));
        return state.Free = free;
    }

    /// <summary>Forgets what is remembered. States in use stay valid; <see cref="Renew"/> brings them into the new memory.</summary>
    public void Forget()
    {
        _states.Clear();
        _frames.Clear();
        _generation++;
    }

    /// <summary>The same state in the present memory, so that an old one, and all that hangs on it, is not kept alive by what comes of it.</summary>
    public ParseState Renew(ParseState state) => state.Generation == _generation || state.Generation == Timeless ? state : Intern(state.Places);

    private ParseState Compute(ParseState state, ParseState?[] next, byte value)
    {
        // Bytes that no edge here tells apart lead to the same state.
        var (low, high) = (0, 255);
        _from.Clear();
        foreach (var (node, frame) in state.Places.Items)
        {
            foreach (var edge in _grammar.Reading(node))
            {
                if (value < edge.A)
                {
                    high = Math.Min(high, edge.A - 1);
                }
                else if (value > edge.B)
                {
                    low = Math.Max(low, edge.B + 1);
                }
                else
                {
                    (low, high) = (Math.Max(low, edge.A), Math.Min(high, edge.B));
                    _from.Add(new Place(edge.Target, frame));
                }
            }
        }

        var found = _from.Count == 0 ? _dead : Close(_from);
        foreach (ref var entry in next.AsSpan(_grammar.ClassOf(low)..(_grammar.ClassOf(high) + 1))) entry ??= found;
        return found;
    }

    private ParseState Close(List<Place> from)
    {
        _reached.Clear();
        _found.Clear();
        _open.Clear();
        var mayEnd = false;
        foreach (var place in from) Reach(place.Node, place.Frame);
        while (_open.TryPop(out var place))
        {
            if (!_grammar.Reading(place.Node).IsEmpty) _found.Add(place);
            foreach (var edge in _grammar.Silent(place.Node))
            {
                mayEnd |= edge.Kind == EdgeKind.Return && place.Frame.Caller is null;
                Follow(edge, place.Frame);
            }
        }

        return Intern(new PlaceSet([.. _found], mayEnd));
    }

    private void Reach(int node, Frame frame)
    {
        if (_reached.Count < MaxPlaces && _reached.Add(new Place(node, frame))) _open.Push(new Place(node, frame));
    }

    private void Follow(Edge edge, Frame frame)
    {
        switch (edge.Kind)
        {
            case EdgeKind.Skip:
            case EdgeKind.Fits when frame.Depth - 1 + edge.A <= Frame.MaxDepth:
            case EdgeKind.AtLeast when frame.Count >= edge.A:
            case EdgeKind.Fewer when frame.Count < edge.A:
            case EdgeKind.MayBegin when _grammar.Objects[edge.A].Allows(edge.B, frame):
            case EdgeKind.More when _grammar.Objects[edge.A].AllowsAny(frame):
            case EdgeKind.Close when _grammar.Objects[edge.A].MayClose(frame):
                Reach(edge.Target, frame);
                break;
            case EdgeKind.Call when frame.Depth + edge.B <= Frame.MaxDepth:
                Reach(edge.A, _frames.Get(edge.Target, 0, PropertySet.Empty, frame));
                break;
            case EdgeKind.Return when frame.Caller is not null:
                Reach(frame.Return, frame.Caller);
                break;
            case EdgeKind.Count when frame.Count < edge.A:
                Reach(edge.Target, frame.Count < edge.B ? _frames.Get(frame.Return, frame.Count + 1, frame.Seen, frame.Caller) : frame);
                break;
            case EdgeKind.Begun:
                var seen = edge.B < 0 ? frame.Seen : frame.Seen.With(edge.B);
                Reach(edge.Target, _frames.Get(frame.Return, _grammar.Objects[edge.A].Next(frame.Count), seen, frame.Caller));
                break;
        }
    }

    private ParseState Intern(PlaceSet places)
    {
        if (_states.TryGetValue(places, out var state)) return state;
        return _states[places] = new ParseState(places, _generation);
    }
}
