namespace NGrammys.Drafting;

/// <summary>Guesses how one conversation goes on, from its own earlier text, and learns from what came how far to trust such guesses.</summary>
/// <remarks>
/// Needs no model and no training; see the N-Grammys paper (PMLR v262, pp. 322-335) for context n-grams, and arXiv 2411.04975 for trees grown by
/// estimated acceptance. Equal calls give equal drafts. A step allocates nothing once the buffers have grown. Not thread-safe.
/// </remarks>
public sealed class ConversationDrafter
{
    private readonly ContextIndex _context = new();
    private readonly AcceptanceRates _rates = new();
    private readonly DraftTree _tree = new();
    private readonly PriorityQueue<Guess, float> _guesses = new();
    private readonly Continuation[] _continuations = new Continuation[8];
    private int[] _path = new int[32];
    private bool _continued;

    /// <summary>Number of tokens of the conversation.</summary>
    public int Length => _context.Length;

    /// <summary>Appends text that the model did not choose: a prompt, a template's marks.</summary>
    public void Append(params ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens) _context.Append(token);
        _continued = false;
    }

    /// <summary>Appends tokens that the model chose, however they came to be drafted or not, and learns from them.</summary>
    public void Observe(params ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            var count = _context.Find([], _continuations);
            for (var rank = 0; rank < count; rank++) _rates.Observe(_continuations[rank], rank, _continued, _continuations[rank].Token == token);
            _continued = count > 0 && _continuations[0].Token == token;
            _context.Append(token);
        }
    }

    /// <summary>Forgets the tokens behind the first <paramref name="length"/>; what was learned from them stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or greater than <see cref="Length"/>.</exception>
    public void Truncate(int length)
    {
        _context.Truncate(length);
        _continued = false;
    }

    /// <summary>Guesses what the model chooses next.</summary>
    /// <param name="budget">Bounds of the draft.</param>
    /// <returns>The draft, possibly empty, its nodes from the most to the least likely: the first n are the best draft of n nodes. It belongs to the
    /// drafter and holds until the next call.</returns>
    public DraftTree Draft(DraftBudget budget)
    {
        _tree.Clear();
        _guesses.Clear();
        GuessBehind(DraftTree.Root, 1, _continued, budget);
        while (_tree.Count < budget.MaxNodes && _guesses.TryDequeue(out var guess, out _))
        {
            var node = _tree.Add(guess.Token, guess.Parent, DraftSource.Context, guess.Survival);
            GuessBehind(node, guess.Survival, guess.Rank == 0, budget);
        }
        return _tree;
    }

    private void GuessBehind(int node, float survival, bool continued, DraftBudget budget)
    {
        var depth = node == DraftTree.Root ? 0 : _tree.Depths[node];
        if (depth >= budget.MaxDepth || _tree.Count >= budget.MaxNodes) return;
        if (depth > _path.Length) Array.Resize(ref _path, depth * 2);
        _tree.CopyPath(node, _path);
        var count = _context.Find(_path.AsSpan(0, depth), _continuations);
        for (var rank = 0; rank < count; rank++)
        {
            var guess = new Guess(_continuations[rank].Token, node, rank, survival * _rates[_continuations[rank], rank, continued]);
            if (guess.Survival >= budget.MinSurvival) _guesses.Enqueue(guess, -guess.Survival);
        }
    }

    private readonly record struct Guess(int Token, int Parent, int Rank, float Survival);
}
