using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Engine;

/// <summary>What the tokens of a sequence mean to its next one: counts for penalties, text for stop strings, the place in a constraint. A verification
/// walk goes ahead and comes back.</summary>
internal sealed class SequencePath
{
    private readonly SequenceRequest _request;
    private readonly TokenCounts? _counts;
    private readonly StoppingDetokenizer? _text;

    // Tokens of the walk that are not kept yet.
    private readonly List<int> _ahead = [];

    private ConstraintState? _walk;

    /// <summary>Reads what a continued choice has said.</summary>
    /// <exception cref="EngineException">The constraint forbids what it has said.</exception>
    public SequencePath(SequenceRequest request, ITokenizer? tokenizer, TokenConstraint? constraint = null)
    {
        _request = request;
        var prompt = Math.Max(0, request.Ids.Length - request.Position);
        if (request.Sampling.Penalises) _counts = new TokenCounts(request.Ids.AsSpan(0, prompt), request.Ids.AsSpan(prompt));
        if (request.StopStrings.Length > 0) _text = new StoppingDetokenizer(tokenizer!.CreateDetokenizer(), request.StopStrings);
        State = constraint?.Start;
        foreach (var token in request.Ids.AsSpan(prompt))
        {
            _text?.Append(token);
            if (State is not null) State = State.Advance(token) ?? throw new EngineException(EngineError.InvalidRequest, "The constraint forbids what the reply has said already.");
        }

        _walk = State;
    }

    /// <summary>Where the kept tokens have come to in the constraint; null without one.</summary>
    public ConstraintState? State { get; private set; }

    /// <summary>Whether no token may follow any more, not even a stop token.</summary>
    public bool Complete => State is not null && !State.Allowed.ContainsAnyExcept(0UL);

    /// <summary>Goes one token ahead.</summary>
    public void Push(int token)
    {
        _ahead.Add(token);
        _counts?.Push(token);
        _walk = _walk?.Advance(token);
    }

    /// <summary>Comes back to the last kept token.</summary>
    public void Rewind()
    {
        for (var i = _ahead.Count - 1; i >= 0; i--) _counts?.Pop(_ahead[i]);
        _ahead.Clear();
        _walk = State;
    }

    /// <summary>What the token at a position depends on, behind everything pushed.</summary>
    public NodeContext At(int position)
    {
        var allowed = _walk is null ? default : _walk.Allowed;
        // Behind an end that was drafted: whatever is chosen here is cut.
        if (!allowed.ContainsAnyExcept(0UL)) allowed = default;
        var tooShort = position < _request.MinTokens && (allowed.IsEmpty || AllowsMoreThanTheEnd(allowed));
        return new NodeContext { Counts = _counts, Allowed = allowed, Forbidden = tooShort ? _request.StopTokens : default(ReadOnlySpan<int>) };
    }

    /// <summary>Keeps a token; says whether it completes a stop string, or the constraint.</summary>
    public bool Keep(int token, int position)
    {
        _counts?.Push(token);
        _text?.Append(token);
        _walk = State = State?.Advance(token);
        return Complete || (_text is { Stopped: true } && position + 1 >= _request.MinTokens);
    }

    private bool AllowsMoreThanTheEnd(ReadOnlySpan<ulong> allowed)
    {
        var (count, stops) = (0, 0);
        foreach (var word in allowed) count += System.Numerics.BitOperations.PopCount(word);
        foreach (var token in _request.StopTokens.Distinct()) stops += (int)(allowed[token >> 6] >> (token & 63) & 1);
        return count > stops;
    }
}
