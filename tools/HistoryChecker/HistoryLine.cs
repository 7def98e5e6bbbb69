namespace NGrammys.HistoryChecker;

/// <summary>What a line of a history tells of a turn.</summary>
public enum HistoryKind
{
    /// <summary>What an undisturbed run of the same turn said.</summary>
    Reference,

    /// <summary>What is stored.</summary>
    Transcript,

    /// <summary>A frame that a client received, before it dropped anything.</summary>
    Received,

    /// <summary>A frame that a client kept.</summary>
    Kept,

    /// <summary>A client has read the turn to its end.</summary>
    End,
}

/// <summary>One line of a history.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Turn">Of which turn.</param>
/// <param name="Tokens">Token ids.</param>
/// <param name="Position">Position of the first of them, from 0.</param>
/// <param name="Client">Who received them.</param>
public sealed record HistoryLine(HistoryKind Kind, string Turn, int[] Tokens, int Position = 0, string Client = "");
