namespace NGrammys.Storage;

/// <summary>What became of a creation.</summary>
public enum CreateOutcome
{
    /// <summary>The conversation is new.</summary>
    Created,

    /// <summary>The same operation created it before, perhaps under another id: the header tells.</summary>
    Repeated,

    /// <summary>Another operation created a conversation of this id.</summary>
    Conflict,

    /// <summary>The operation or the id belongs to a conversation that was deleted since.</summary>
    Deleted,
}

/// <summary>Answer to a creation.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Header">The conversation, if it was created, now or before by the same operation.</param>
public sealed record CreateResult(CreateOutcome Outcome, ConversationHeader? Header = null);
