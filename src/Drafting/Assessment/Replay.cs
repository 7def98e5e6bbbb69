namespace NGrammys.Drafting.Assessment;

/// <summary>What a strategy would have saved on recorded replies: exact, because its input is text and verification is lossless.</summary>
public sealed class Replay
{
    /// <summary>Upper ends of the context lengths that are told apart, in tokens; the last is open.</summary>
    public static IReadOnlyList<int> ContextLengths { get; } = [256, 512, 1024, 2048, 4096, 8192, int.MaxValue];

    private readonly SortedDictionary<string, Tally> _categories = new(StringComparer.Ordinal);
    private readonly Tally[] _contexts = [.. ContextLengths.Select(_ => new Tally())];
    private bool[] _right = new bool[64];
    private bool[] _unknown = new bool[64];

    private Replay()
    {
    }

    /// <summary>Over all steps.</summary>
    public Tally All { get; } = new();

    /// <summary>By category of the turns.</summary>
    public IReadOnlyDictionary<string, Tally> Categories => _categories;

    /// <summary>By length of the context at the step, as <see cref="ContextLengths"/> divides it.</summary>
    public IReadOnlyList<Tally> Contexts => _contexts;

    /// <summary>Replays turns in their order.</summary>
    /// <param name="turns">The turns.</param>
    /// <param name="strategy">Drafts, and learns from what it has seen so far only.</param>
    /// <param name="costs">What passes cost.</param>
    /// <param name="cancellationToken">Ends the replay between two turns.</param>
    public static Replay Run(IEnumerable<RecordedTurn> turns, IStrategy strategy, PassCosts costs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(turns);
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(costs);
        var replay = new Replay();
        foreach (var turn in turns)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!replay._categories.TryGetValue(turn.Category, out var category)) replay._categories[turn.Category] = category = new Tally();
            strategy.Begin(turn);
            for (var at = 0; at < turn.Reply.Length;)
            {
                var context = turn.Prompt.Length + at;
                var drafted = strategy.Draft(out var tree);
                var emitted = replay.Verify(tree, turn.Reply.AsSpan(at));
                var cost = costs.Cost(1 + drafted, context);
                var plainCost = 0.0;
                for (var token = 0; token < emitted; token++) plainCost += costs.Cost(1, context + token);
                var length = 0;
                while (ContextLengths[length] < context) length++;
                foreach (var tally in (ReadOnlySpan<Tally>)[replay.All, category, replay._contexts[length]]) tally.AddStep(emitted, drafted, plainCost, cost);
                strategy.Take(turn.Reply.AsSpan(at, emitted));
                at += emitted;
            }
            strategy.End();
        }
        return replay;
    }

    private int Verify(DraftTree tree, ReadOnlySpan<int> reply)
    {
        if (tree.Count > _right.Length) (_right, _unknown) = (new bool[tree.Count * 2], new bool[tree.Count * 2]);
        var accepted = 0;
        for (var node = 0; node < tree.Count; node++)
        {
            var (parent, depth) = (tree.Parents[node], tree.Depths[node]);
            _right[node] = depth <= reply.Length && tree.Tokens[node] == reply[depth - 1] && (parent == DraftTree.Root || _right[parent]);
            if (_right[node]) accepted++;
            // Behind the whole record nobody knows what the model would have chosen.
            _unknown[node] = depth > reply.Length && parent != DraftTree.Root && (_unknown[parent] || _right[parent]);
            if (!_unknown[node]) All.AddNode(tree.Survival[node], _right[node]);
        }
        // Behind the last accepted node comes a token of the model's own, unless the reply ends there.
        return Math.Min(accepted + 1, reply.Length);
    }
}
