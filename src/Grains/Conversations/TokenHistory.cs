using NGrammys.Drafting;
using NGrammys.Grains.Interfaces.Batching;

namespace NGrammys.Grains.Conversations;

/// <summary>The conversation's drafter together with the ids it has read, so that the next prompt is read only where it differs.</summary>
/// <param name="drafter">The drafter; it has read nothing yet.</param>
internal sealed class TokenHistory(ConversationDrafter drafter)
{
    // About 64 bytes a token.
    private const int MostOfThePast = 100_000;

    private readonly List<int> _ids = [];
    private int _past; // tokens that the drafter has read before them
    private int _leftOut;

    /// <summary>The ids.</summary>
    public IReadOnlyList<int> Ids => _ids;

    /// <summary>Guesses what comes next.</summary>
    public DraftTree Draft(DraftBudget budget) => drafter.Draft(budget);

    /// <summary>Expects a reply; see <see cref="ConversationDrafter.Expect"/>.</summary>
    public void Expect(int start, ReadOnlySpan<int> reply) => drafter.Expect(_past + start, reply);

    /// <summary>Takes the tokens that the model chose in a step, and learns from them and from what it named beside them.</summary>
    public void Observe(VerifiedStep step)
    {
        drafter.Observe(step.Tokens, step.Likely is { } likely
            ? new VerifiedNodes { Tokens = likely.Nodes, Parents = likely.Parents, Next = likely.Next, Shares = likely.Shares }
            : default);
        _ids.AddRange(step.Tokens);
    }

    /// <summary>Makes the drafter read these ids: what begins alike stays, the rest is truncated and read anew.</summary>
    /// <param name="ids">A prompt, and what has been said of its reply.</param>
    /// <param name="leftOut">Messages that the prompt leaves out. Where it leaves out more than the one before, that stays to be quoted, within bounds.</param>
    public void Read(ReadOnlySpan<int> ids, int leftOut = 0)
    {
        if (leftOut != _leftOut)
        {
            _past = leftOut > _leftOut && _past + _ids.Count <= MostOfThePast ? _past + _ids.Count : 0;
            _ids.Clear();
        }

        _leftOut = leftOut;
        var common = 0;
        while (common < ids.Length && common < _ids.Count && ids[common] == _ids[common]) common++;
        drafter.Truncate(_past + common);
        _ids.RemoveRange(common, _ids.Count - common);
        drafter.Append(ids[common..]);
        _ids.AddRange(ids[common..]);
    }
}
