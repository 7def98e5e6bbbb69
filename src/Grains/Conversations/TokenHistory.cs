using NGrammys.Drafting;

namespace NGrammys.Grains.Conversations;

/// <summary>The conversation's n-gram index together with the ids it has read, so that the next prompt is read only where it differs.</summary>
internal sealed class TokenHistory
{
    private readonly List<int> _ids = [];

    private readonly ConversationDrafter _drafter = new();

    /// <summary>Guesses what comes next.</summary>
    public DraftTree Draft(int maxNodes) => _drafter.Draft(new DraftBudget(maxNodes));

    /// <summary>Takes tokens that the model chose, and learns from them.</summary>
    public void Observe(int[] tokens)
    {
        _drafter.Observe(tokens);
        _ids.AddRange(tokens);
    }

    /// <summary>Makes the index read exactly these ids: what begins alike stays, the rest is truncated and read anew.</summary>
    public void Read(ReadOnlySpan<int> ids)
    {
        var common = 0;
        while (common < ids.Length && common < _ids.Count && ids[common] == _ids[common]) common++;
        _drafter.Truncate(common);
        _ids.RemoveRange(common, _ids.Count - common);
        _drafter.Append(ids[common..]);
        _ids.AddRange(ids[common..]);
    }
}
