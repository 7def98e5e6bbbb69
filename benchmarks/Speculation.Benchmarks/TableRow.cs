using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>A strategy on its way through the conversations, and what it has brought so far.</summary>
internal sealed class TableRow(IStrategy strategy)
{
    private readonly int[] _accepted = new int[256];

    public IStrategy Strategy => strategy;

    public Score Score { get; } = new();

    /// <summary>Drafts through a turn.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="target">Has begun the turn, if the strategy recycles.</param>
    public void Replay(Turn turn, TargetModel target)
    {
        if (!strategy.Begin(turn)) return;
        for (var at = 0; at < turn.Reply.Length;)
        {
            var verified = strategy.Draft(out var tree);
            // The last token is always the model's own: nothing is verified behind the end.
            var left = turn.Reply.AsSpan(at);
            var accepted = Math.Min(Verification.Walk(tree.Tokens, tree.Parents, node => Said(node, tree, turn.Reply, at), _accepted).Length, left.Length - 1);
            Score.Add(turn, turn.Prompt.Length + at, accepted + 1, verified);
            strategy.Observe(left[..(accepted + 1)], strategy.Recycles ? target.Verify(turn.Prompt.Length + at, tree) : default);
            at += accepted + 1;
        }

        strategy.End(turn);
    }

    // Asked along the path alone: there the reply is what the model says.
    private static int Said(int node, DraftTree tree, int[] reply, int at)
    {
        var place = at + (node == DraftTree.Root ? 0 : tree.Depths[node]);
        return place < reply.Length ? reply[place] : -1;
    }
}
