using NGrammys.Drafting;

namespace NGrammys.Reference.Tests.Drafting;

/// <summary>What a drafter would have saved on recorded greedy replies: exact, because its input is text and verification is lossless.</summary>
internal sealed class Replay
{
    private readonly (double Predicted, int Accepted, int Nodes)[] _deciles = new (double, int, int)[10];
    private int _tokens, _calls, _drafted;

    /// <summary>Emitted tokens per step of the model.</summary>
    public double TokensPerCall => (double)_tokens / _calls;

    /// <summary>Verified tokens per step, beyond the root.</summary>
    public double DraftedPerCall => (double)_drafted / _calls;

    /// <summary>Mean predicted and observed acceptance of the nodes, by decile of the prediction.</summary>
    public IEnumerable<(double Predicted, double Observed)> Calibration =>
        _deciles.Where(decile => decile.Nodes > 0).Select(decile => (decile.Predicted / decile.Nodes, (double)decile.Accepted / decile.Nodes));

    /// <summary>Replays with the drafter of the product, one for each conversation.</summary>
    public static Replay Drafted(IEnumerable<RecordedTurn> turns, DraftBudget budget)
    {
        var replay = new Replay();
        foreach (var conversation in turns.GroupBy(turn => turn.Conversation))
        {
            var drafter = new ConversationDrafter();
            foreach (var turn in conversation)
            {
                drafter.Truncate(0);
                drafter.Append(turn.Prompt);
                for (var at = 0; at < turn.Reply.Length;)
                {
                    var emitted = replay.Step(drafter.Draft(budget), turn.Reply.AsSpan(at));
                    drafter.Observe(turn.Reply.AsSpan(at, emitted));
                    at += emitted;
                }
            }
        }
        return replay;
    }

    /// <summary>Replays prompt lookup decoding: the last 3, then 2, then 1 tokens, their first occurrence, the 10 tokens behind it.</summary>
    public static Replay PromptLookup(IEnumerable<RecordedTurn> turns)
    {
        var replay = new Replay();
        var tree = new DraftTree();
        foreach (var turn in turns)
        {
            int[] all = [.. turn.Prompt, .. turn.Reply];
            for (var at = turn.Prompt.Length; at < all.Length;)
            {
                tree.Clear();
                var parent = DraftTree.Root;
                foreach (var token in LookUp(all.AsSpan(0, at))) parent = tree.Add(token, parent, DraftSource.Context, 1);
                at += replay.Step(tree, all.AsSpan(at));
            }
        }
        return replay;
    }

    public override string ToString() =>
        $"{TokensPerCall:F3} tokens per call at {DraftedPerCall:F1} drafted; calibration {string.Join(' ', Calibration.Select(decile => $"{decile.Predicted:F2}/{decile.Observed:F2}"))}";

    private static ReadOnlySpan<int> LookUp(ReadOnlySpan<int> text)
    {
        for (var n = Math.Min(3, text.Length - 1); n > 0; n--)
        {
            var at = text[..^1].IndexOf(text[^n..]);
            if (at >= 0) return text.Slice(at + n, Math.Min(10, text.Length - at - n));
        }
        return [];
    }

    private int Step(DraftTree tree, ReadOnlySpan<int> reply)
    {
        var right = new bool[tree.Count];
        for (var node = 0; node < tree.Count; node++)
        {
            var (parent, depth) = (tree.Parents[node], tree.Depths[node]);
            right[node] = depth <= reply.Length && tree.Tokens[node] == reply[depth - 1] && (parent == DraftTree.Root || right[parent]);
            ref var decile = ref _deciles[Math.Min((int)(tree.Survival[node] * 10), 9)];
            decile = (decile.Predicted + tree.Survival[node], decile.Accepted + (right[node] ? 1 : 0), decile.Nodes + 1);
        }
        var emitted = Math.Min(right.Count(node => node) + 1, reply.Length);
        _tokens += emitted;
        _drafted += tree.Count;
        _calls++;
        return emitted;
    }
}
