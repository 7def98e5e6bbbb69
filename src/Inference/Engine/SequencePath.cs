using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Engine;

/// <summary>What the tokens of a sequence mean to its next one: counts for penalties, text for stop strings. A verification walk goes ahead and comes back.</summary>
internal sealed class SequencePath
{
    private readonly SequenceRequest _request;
    private readonly TokenCounts? _counts;
    private readonly StoppingDetokenizer? _text;

    // Tokens of the walk that are not kept yet.
    private readonly List<int> _ahead = [];

    public SequencePath(SequenceRequest request, ITokenizer? tokenizer)
    {
        _request = request;
        var prompt = Math.Max(0, request.Ids.Length - request.Position);
        if (request.Sampling.Penalises) _counts = new TokenCounts(request.Ids.AsSpan(0, prompt), request.Ids.AsSpan(prompt));
        if (request.StopStrings.Length == 0) return;
        _text = new StoppingDetokenizer(tokenizer!.CreateDetokenizer(), request.StopStrings);
        foreach (var token in request.Ids.AsSpan(prompt)) _text.Append(token);
    }

    /// <summary>Goes one token ahead.</summary>
    public void Push(int token)
    {
        _ahead.Add(token);
        _counts?.Push(token);
    }

    /// <summary>Comes back to the last kept token.</summary>
    public void Rewind()
    {
        for (var i = _ahead.Count - 1; i >= 0; i--) _counts?.Pop(_ahead[i]);
        _ahead.Clear();
    }

    /// <summary>What the token at a position depends on, behind everything pushed.</summary>
    public NodeContext At(int position) => new()
    {
        Counts = _counts,
        Forbidden = position < _request.MinTokens ? _request.StopTokens : default(ReadOnlySpan<int>),
    };

    /// <summary>Keeps a token; says whether it completes a stop string.</summary>
    public bool Keep(int token, int position)
    {
        _counts?.Push(token);
        _text?.Append(token);
        return _text is { Stopped: true } && position + 1 >= _request.MinTokens;
    }
}
