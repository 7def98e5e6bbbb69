namespace NGrammys.Drafting;

/// <summary>Guesses how one conversation goes on, from several sources at once, and learns from what came how far to trust them.</summary>
/// <remarks>
/// Needs no model and no training; see the N-Grammys paper (PMLR v262, pp. 322-335) for context n-grams, and arXiv 2411.04975 for trees grown by
/// estimated acceptance. Equal calls give equal drafts. A step allocates nothing once the buffers have grown. Not thread-safe.
/// </remarks>
public sealed class ConversationDrafter
{
    // Drafts that may be empty one after the other before only every so many-th is looked for: where nothing can be guessed, looking costs more than it
    // brings, and that processor time is the model's where both share it.
    private const int Patience = 32;
    private const int Rest = 4;

    private readonly IDraftSource[] _sources;
    private readonly SurvivalModel _survival;
    private readonly Candidates _candidates;
    private readonly DraftTree _tree = new();
    private readonly Offers _offers = new();
    private readonly float[] _probabilities; // of the candidates at a place
    private readonly float[] _reaching; // products of the estimates on their paths
    private readonly float[] _reached; // what survives, corrected
    private readonly List<float> _products = []; // of the estimates on each node's path, uncorrected
    private Outcome[] _accepted = new Outcome[32];
    private int[] _text = new int[128];
    private Trail _trail;
    private int _empty; // drafts in a row

    /// <summary>Drafts from the conversation alone.</summary>
    public ConversationDrafter()
        : this([new ContextSource(), new RecentSource()])
    {
    }

    /// <summary>Drafts from several sources.</summary>
    /// <param name="sources">The sources, each new: they read the conversation with the drafter. Of two that guess the same token the first is named.</param>
    /// <param name="prior">What conversations with the same sources have taught, which this one goes on teaching; null to begin with what the sources suppose.</param>
    /// <exception cref="ArgumentException">The prior is for other sources.</exception>
    public ConversationDrafter(IReadOnlyList<IDraftSource> sources, SurvivalModel? prior = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        _sources = [.. sources];
        _survival = (prior ?? new SurvivalModel(sources)).ForConversation(sources);
        _candidates = new Candidates(_sources);
        var candidates = sources.Count * IDraftSource.MaxGuesses;
        (_probabilities, _reaching, _reached) = (new float[candidates], new float[candidates], new float[candidates]);
    }

    /// <summary>Number of tokens of the conversation.</summary>
    public int Length { get; private set; }

    private bool Rests => _empty > Patience && _empty % Rest != 0;

    /// <summary>Appends text that the model did not choose: a prompt, a template's marks.</summary>
    public void Append(params ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens) Take(token);
        _trail = default;
        _products.Clear();
        _empty = 0;
    }

    /// <summary>Expects a reply, as its caller does: for one turn, until something else is expected.</summary>
    /// <param name="start">Length of the conversation before the reply.</param>
    /// <param name="reply">The expected text; empty where nothing is expected.</param>
    public void Expect(int start, ReadOnlySpan<int> reply)
    {
        foreach (var source in _sources) source.Expect(start, reply);
        _empty = 0;
    }

    /// <summary>Appends tokens that the model chose, however they came to be drafted or not, and learns from them.</summary>
    /// <param name="tokens">After a draft all tokens that its verification emitted, in one call: they tell what became of every node.</param>
    public void Observe(params ReadOnlySpan<int> tokens)
    {
        LearnFromDraft(tokens);
        foreach (var token in tokens)
        {
            if (Rests)
            {
                Take(token);
                _trail = default;
                continue;
            }

            _candidates.Collect(_text.AsSpan(0, Length), 0);
            _survival.Estimate(_candidates, _trail, _probabilities);
            var place = _candidates.Tokens.IndexOf(token);
            _survival.Learn(_candidates, _trail, token);
            _trail = _trail.Behind(place >= 0 ? _probabilities[place] : 0);
            Take(token);
        }
    }

    /// <summary>Appends the tokens of a step, and keeps what the model named as likeliest at the nodes that it verified.</summary>
    /// <param name="tokens">Tokens that the model chose.</param>
    /// <param name="verified">The step's nodes; their root is the last token before these.</param>
    public void Observe(ReadOnlySpan<int> tokens, in VerifiedNodes verified)
    {
        var root = Length;
        // First the score of what could have been guessed before the step, then what the step has shown.
        Observe(tokens);
        var width = verified.Width;
        if (width == 0) return;
        Span<int> text = stackalloc int[RecycledSource.MaxOrder];
        for (var node = DraftTree.Root; node < verified.Tokens.Length; node++)
        {
            var path = verified.CopyPath(node, text);
            var before = Math.Min(text.Length - path, root);
            _text.AsSpan(root - before, before).CopyTo(text[^(path + before)..]);
            var row = (node + 1) * width;
            foreach (var source in _sources)
                source.Learn(text[^(path + before)..], verified.Next.Slice(row, width), verified.Shares.Slice(row, width));
        }
    }

    /// <summary>Forgets the tokens behind the first <paramref name="length"/>; what was learned from them stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or greater than <see cref="Length"/>.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        foreach (var source in _sources) source.Truncate(length);
        _trail = default;
        _products.Clear();
    }

    /// <summary>Guesses what the model chooses next.</summary>
    /// <param name="budget">Bounds of the draft.</param>
    /// <returns>The draft, possibly empty, its nodes from the most to the least likely: the first n are the best draft of n nodes. It belongs to the
    /// drafter and holds until the next call.</returns>
    public DraftTree Draft(DraftBudget budget)
    {
        _tree.Clear();
        _offers.Clear(Math.Max(0, budget.MaxNodes));
        _products.Clear();
        _empty++;
        if (Rests) return _tree;
        OfferBehind(DraftTree.Root, 1, 1, _trail, budget);
        while (_tree.Count < budget.MaxNodes && _offers.TryTake(out var offer))
        {
            var node = _tree.Add(offer.Token, offer.Parent, offer.Source, offer.Survival);
            _products.Add(offer.Product);
            OfferBehind(node, offer.Survival, offer.Product, offer.Trail, budget);
        }

        if (_tree.Count > 0) _empty = 0;
        return _tree;
    }

    private void OfferBehind(int node, float survival, float product, Trail trail, DraftBudget budget)
    {
        var depth = node == DraftTree.Root ? 0 : _tree.Depths[node];
        if (depth >= budget.MaxDepth || survival <= _offers.Floor) return;
        Reserve(depth);
        _tree.CopyPath(node, _text.AsSpan(Length));
        _candidates.Collect(_text.AsSpan(0, Length + depth), depth);
        _survival.Estimate(_candidates, trail, _probabilities);
        for (var place = 0; place < _candidates.Count; place++) _reaching[place] = product * _probabilities[place];
        _survival.CorrectPaths(_reaching, _candidates.Count, depth + 1, _reached);
        for (var place = 0; place < _candidates.Count; place++)
        {
            // A node is no likelier than what it stands behind.
            var reached = Math.Min(survival, _reached[place]);
            if (reached < budget.MinSurvival || reached <= _offers.Floor) continue;
            _offers.Add(new Offer(_candidates.Tokens[place], node, SourceOf(place), reached, _reaching[place], trail.Behind(_probabilities[place])));
        }
    }

    // What stands behind the last emitted token is known to have failed only if it hangs on a node that has.
    private void LearnFromDraft(ReadOnlySpan<int> tokens)
    {
        if (_accepted.Length < _products.Count) _accepted = new Outcome[_products.Count * 2];
        for (var node = 0; node < _products.Count; node++)
        {
            var (parent, depth) = (_tree.Parents[node], _tree.Depths[node]);
            var before = parent == DraftTree.Root ? Outcome.Accepted : _accepted[parent];
            _accepted[node] = before != Outcome.Accepted ? before
                : depth > tokens.Length ? Outcome.Unknown
                : _tree.Tokens[node] == tokens[depth - 1] ? Outcome.Accepted : Outcome.Failed;
            if (_accepted[node] != Outcome.Unknown) _survival.LearnPath(_products[node], depth, _accepted[node] == Outcome.Accepted);
        }
        _products.Clear();
    }

    private DraftSource SourceOf(int place)
    {
        var cells = _candidates.Cells(place);
        for (var source = 0; source < cells.Length; source++)
        {
            if (cells[source] != Candidates.Absent) return _sources[source].Kind;
        }
        return DraftSource.Model;
    }

    private void Take(int token)
    {
        Reserve(1);
        _text[Length++] = token;
        foreach (var source in _sources) source.Append(_text.AsSpan(0, Length));
    }

    private void Reserve(int count)
    {
        if (Length + count > _text.Length) Array.Resize(ref _text, Math.Max(Length + count, _text.Length * 2));
    }

    private enum Outcome : byte
    {
        Unknown,
        Failed,
        Accepted,
    }
}
