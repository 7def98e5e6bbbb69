using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;

namespace NGrammys.Cli.Benchmarks;

/// <summary>A recorded reply on its way through steps of which only the costs are known.</summary>
/// <param name="turn">The record.</param>
/// <param name="drafter">Guesses; null = plain decoding. It has read nothing yet.</param>
internal sealed class ReplayedReply(RecordedTurn turn, ConversationDrafter? drafter)
{
    private readonly DraftTree _none = new();
    private readonly bool[] _right = new bool[DraftBudget.DefaultMaxNodes];
    private DraftTree? _draft;
    private int _accepted;
    private int _at;

    /// <summary>Whether all of it was said.</summary>
    public bool Over => _at == turn.Reply.Length;

    /// <summary>Tokens before the next.</summary>
    public int Context => turn.Prompt.Length + _at;

    /// <summary>Guesses what comes next.</summary>
    /// <param name="price">What a node must be worth.</param>
    public DraftTree Draft(float price)
    {
        if (drafter is { Length: 0 }) drafter.Append(turn.Prompt);
        _draft = drafter?.Draft(new DraftBudget(DraftBudget.DefaultMaxNodes, MinSurvival: price)) ?? _none;
        Array.Clear(_right);
        _accepted = 0;
        return _draft;
    }

    /// <summary>A node was taken into the step; parents come before their children.</summary>
    public void Take(int node)
    {
        var (parent, depth) = (_draft!.Parents[node], _draft.Depths[node]);
        _right[node] = (parent == DraftTree.Root || _right[parent]) && _at + depth <= turn.Reply.Length && _draft.Tokens[node] == turn.Reply[_at + depth - 1];
        if (_right[node]) _accepted++;
    }

    /// <summary>Says what the step has brought.</summary>
    public void Advance()
    {
        var next = Math.Min(_at + _accepted + 1, turn.Reply.Length);
        drafter?.Observe(turn.Reply.AsSpan(_at..next));
        _at = next;
    }
}
