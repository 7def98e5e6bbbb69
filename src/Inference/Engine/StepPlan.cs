using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;
using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Engine;

/// <summary>Packs one step: decode roots of all running sequences, the drafts that win the auction, and chunks of waiting prefills.</summary>
/// <remarks>Reused for every step; called only on the engine thread.</remarks>
/// <param name="prefillChunk">Most prompt tokens in a step.</param>
/// <param name="guess">What a constraint leaves no choice about, as tokens.</param>
internal sealed class StepPlan(int prefillChunk, Func<ConstraintState, int[]> guess)
{
    /// <summary>Most prompt tokens in a step. A chunk bounds how long one step can hold up everybody's next token.</summary>
    public const int PrefillChunk = 256;

    /// <summary>Most draft nodes in a step.</summary>
    public const int MaxDraftNodes = 256;

    private readonly PrefillShares _shares = new();
    private readonly DraftAuction _auction = new();
    private readonly double[] _costs = new double[MaxDraftNodes + 1];
    private readonly HashSet<string> _tenants = [];
    private readonly List<bool[]> _taken = [];
    private readonly ConstraintState?[] _states = new ConstraintState?[Sequence.MaxDraftNodes];

    /// <summary>The nodes of the step.</summary>
    public ForwardBatch Batch { get; } = new();

    /// <summary>One per slice of the batch.</summary>
    public List<SequenceStep> Steps { get; } = [];

    /// <summary>Decode roots carried; the last chunk of a prefill carries its root too.</summary>
    public int Roots { get; private set; }

    /// <summary>Prompt tokens computed, roots not counted.</summary>
    public int Prefilled { get; private set; }

    /// <summary>Whether the step is decoding alone, so that its duration tells the cost of a node.</summary>
    public bool DecodingOnly => Prefilled == 0;

    /// <summary>Packs a step for these sequences.</summary>
    /// <param name="sequences">Sequences that have cache rows and are neither finished nor paused.</param>
    /// <param name="cost">What steps cost.</param>
    public void Pack(IReadOnlyList<Sequence> sequences, StepCost cost)
    {
        Batch.Clear();
        Steps.Clear();
        var shares = _shares.Divide(sequences, prefillChunk);
        var tokens = 0;
        (Roots, Prefilled) = (0, 0);
        for (var i = 0; i < sequences.Count; i++)
        {
            var sequence = sequences[i];
            var missing = sequence.Ids.Count - sequence.Cached;
            // A prompt that its share cuts keeps its root for a later step.
            var carriesRoot = shares[i] == missing - 1;
            var count = carriesRoot ? missing : shares[i];
            if (count == 0) continue;
            Prefilled += shares[i];
            Roots += carriesRoot ? 1 : 0;
            tokens += count;
            Steps.Add(new SequenceStep(sequence, count, carriesRoot, carriesRoot ? Draft(sequence) : []));
        }

        Auction(tokens, cost);
        for (var i = 0; i < Steps.Count; i++) Fill(Steps[i], _taken[i]);
    }

    // Each tenant's conversations bid in an auction of their own, which goes as if all roots of the step were like theirs: what one tenant's drafts are
    // worth must not be seen in another's steps.
    private void Auction(int tokens, StepCost cost)
    {
        _tenants.Clear();
        for (var i = 0; i < Steps.Count; i++)
        {
            if (_taken.Count <= i) _taken.Add(new bool[Sequence.MaxDraftNodes]);
            Array.Clear(_taken[i]);
            if (Steps[i].CarriesRoot && Steps[i].Draft.Length > 0) _tenants.Add(Steps[i].Sequence.Request.Tenant);
        }

        foreach (var tenant in _tenants)
        {
            _auction.Clear();
            var roots = 0;
            for (var i = 0; i < Steps.Count; i++)
            {
                if (!Steps[i].CarriesRoot || Steps[i].Sequence.Request.Tenant != tenant) continue;
                roots++;
                Bid(i, Steps[i]);
            }

            var share = (double)roots / Roots;
            var most = Math.Min(_auction.Bids, (int)(MaxDraftNodes * share));
            for (var nodes = 0; nodes <= most; nodes++) _costs[nodes] = cost.Of(tokens + nodes / share);
            _auction.Close(roots, _costs.AsSpan(0, most + 1), Take);
        }
    }

    private void Take(int step, int node) => _taken[step][node] = true;

    private DraftNode[] Draft(Sequence sequence) => sequence.Request.ExpectsDrafts && sequence.Path.State is { } state
        ? ForcedDraft.Graft(sequence.Draft, guess(state))
        : sequence.Draft;

    // A node behind the last token that may come is useless, behind the context's end it has no position, and what a constraint forbids cannot come.
    private void Bid(int bidder, SequenceStep step)
    {
        var root = step.Sequence.Path.State;
        var deepest = step.Sequence.MaxPosition - step.Sequence.Position - 1;
        var draft = step.Draft;
        Span<int> depths = stackalloc int[Sequence.MaxDraftNodes];
        for (var node = 0; node < draft.Length; node++)
        {
            var parent = draft[node].Parent;
            depths[node] = parent < 0 ? 1 : depths[parent] + 1;
            if (root is not null)
            {
                _states[node] = (parent < 0 ? root : _states[parent])?.Advance(draft[node].Token);
                if (_states[node] is null) continue;
            }

            if (depths[node] <= deepest) _auction.Bid(bidder, node, draft[node].Survival);
        }
    }

    private void Fill(SequenceStep step, bool[] taken)
    {
        var sequence = step.Sequence;
        Batch.BeginSlice(sequence.Extent!.Value.First, sequence.Cached, sequence.Reach);
        var last = -1;
        for (var i = 0; i < step.Pending; i++)
            last = Batch.Add(sequence.Ids[sequence.Cached + i], last, output: step.CarriesRoot && i == step.Pending - 1);
        step.Root = last;
        if (!step.CarriesRoot) return;

        var draft = step.Draft;
        Span<int> batchIndex = stackalloc int[Sequence.MaxDraftNodes];
        for (var node = 0; node < draft.Length; node++)
        {
            if (!taken[node]) continue;
            var parent = draft[node].Parent;
            batchIndex[node] = Batch.Add(draft[node].Token, parent < 0 ? last : batchIndex[parent], output: true);
            step.Tokens.Add(draft[node].Token);
            step.Parents.Add(parent < 0 ? -1 : step.Nodes.IndexOf(parent));
            step.Nodes.Add(node);
        }
    }
}

/// <summary>What one sequence does in one step.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Pending">Ids computed, from the first that is not in the cache.</param>
/// <param name="CarriesRoot">Whether they reach the root, so that tokens come out.</param>
/// <param name="Draft">The guesses that bid for a place; none without a root.</param>
internal sealed record SequenceStep(Sequence Sequence, int Pending, bool CarriesRoot, DraftNode[] Draft)
{
    /// <summary>Whether the sequence is told which step it was (<see cref="StepTrace"/>).</summary>
    public bool Traced { get; set; }

    /// <summary>Batch index of the root (or of the chunk's last id).</summary>
    public int Root { get; set; }

    /// <summary>Tokens of the draft nodes taken.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>Their parents among them, or -1.</summary>
    public List<int> Parents { get; } = [];

    /// <summary>Their indexes in the draft.</summary>
    public List<int> Nodes { get; } = [];
}
