namespace NGrammys.HistoryChecker;

/// <summary>How a history breaks the promise.</summary>
public enum FaultKind
{
    /// <summary>A token did not reach the person, or was shown and is not stored.</summary>
    Lost,

    /// <summary>A client kept a position twice.</summary>
    Doubled,

    /// <summary>A token is another than the stored one, or the stored one is another than that of an undisturbed run.</summary>
    Altered,

    /// <summary>A client kept a position before one that stands in front of it.</summary>
    Reordered,
}

/// <summary>One breach of the promise.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Turn">In which turn.</param>
/// <param name="Client">To whom; empty where it is the transcript's own.</param>
/// <param name="Position">To which token.</param>
public sealed record Fault(FaultKind Kind, string Turn, string Client, int Position)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}: token {Position} of turn {Turn}{(Client.Length == 0 ? "" : $", client {Client}")}";
}
