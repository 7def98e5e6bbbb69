namespace NGrammys.Inference.Constraints;

/// <summary>A compiled grammar over one vocabulary: which tokens may come next. States and masks are kept as they are met, within bounds. Thread-safe.</summary>
public sealed class TokenConstraint
{
    // Longer certainties are drafted piece by piece.
    private const int MaxForced = 256;

    // Kept masks take at most so much.
    private const int MaxMaskBytes = 8 << 20;

    private readonly Lock _lock = new();
    private readonly Automaton _automaton;
    private readonly TokenVocabulary _vocabulary;
    private readonly int[] _stopTokens;
    private readonly ParseState[] _path;
    private readonly ConstraintState _ended;
    private int _masks;

    internal TokenConstraint(Automaton automaton, TokenVocabulary vocabulary, ReadOnlySpan<int> stopTokens)
    {
        (_automaton, _vocabulary, _stopTokens) = (automaton, vocabulary, stopTokens.ToArray());
        _path = new ParseState[vocabulary.Longest + 1];
        _ended = new ConstraintState(this, null);
        Start = new ConstraintState(this, automaton.Start);
    }

    /// <summary>The state before the first token.</summary>
    public ConstraintState Start { get; }

    internal ConstraintState? Advance(ConstraintState state, int token)
    {
        if (state.Parsed is null) return null;
        if (_stopTokens.AsSpan().Contains(token)) return state.MayEnd ? _ended : null;
        var bytes = _vocabulary.BytesOf(token);
        if (bytes.IsEmpty) return null;
        lock (_lock)
        {
            return _automaton.Step(Current(state), bytes) is { } next ? new ConstraintState(this, next) : null;
        }
    }

    internal ulong[] Mask(ConstraintState state)
    {
        if (state.Parsed is null) return new ulong[_vocabulary.Words];
        lock (_lock)
        {
            var parsed = Current(state);
            if (parsed.Mask is { } known) return known;
            _masks++;
            return parsed.Mask = Compute(parsed);
        }
    }

    internal ReadOnlyMemory<byte> ForcedAt(ConstraintState state)
    {
        if (state.Parsed is null) return default;
        lock (_lock)
        {
            var forced = new List<byte>();
            for (var parsed = Current(state); forced.Count < MaxForced && _automaton.OnlyByte(parsed) is { } value; parsed = _automaton.Step(parsed, value)) forced.Add(value);
            return forced.ToArray();
        }
    }

    private ParseState Current(ConstraintState state)
    {
        if (_automaton.Full || (long)_masks * _vocabulary.Words * sizeof(ulong) > MaxMaskBytes)
        {
            _automaton.Forget();
            _masks = 0;
        }

        return _automaton.Renew(state.Parsed!);
    }

    private ulong[] Compute(ParseState state)
    {
        var mask = MaskWalk.Run(_automaton, state, _vocabulary, _path);
        foreach (var token in _stopTokens)
        {
            if (token >> 6 >= mask.Length) continue;
            mask[token >> 6] &= ~(1UL << token);
            if (state.MayEnd) mask[token >> 6] |= 1UL << token;
        }

        return mask;
    }
}
