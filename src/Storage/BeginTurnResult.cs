namespace NGrammys.Storage;

/// <summary>What became of the beginning of a turn.</summary>
public enum BeginTurnOutcome
{
    /// <summary>Messages and turn record are durable.</summary>
    Begun,

    /// <summary>The same operation with the same content began it before.</summary>
    Repeated,

    /// <summary>The operation stands for other content, or an id is taken.</summary>
    Conflict,

    /// <summary>The parent is not a message of this conversation.</summary>
    UnknownParent,

    /// <summary>Another activation has claimed the conversation.</summary>
    Fenced,

    /// <summary>The conversation is deleted or never was.</summary>
    Deleted,
}

/// <summary>Answer to the beginning of a turn.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Turn">The turn, if it was begun, now or before by the same operation.</param>
public sealed record BeginTurnResult(BeginTurnOutcome Outcome, StoredTurn? Turn = null);
