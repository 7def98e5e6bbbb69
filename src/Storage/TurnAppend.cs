namespace NGrammys.Storage;

/// <summary>Rows to be appended to one turn, in order, and its end if these are its last. All of it is stored or nothing.</summary>
/// <param name="Claim">The writer's claim.</param>
/// <param name="Turn">The turn.</param>
/// <param name="Rows">Rows in the order of their positions, choices mixed as they come. May be empty for an end alone.</param>
/// <param name="End">The end of the turn, or null while it goes on.</param>
public sealed record TurnAppend(Claim Claim, Guid Turn, IReadOnlyList<TranscriptRow> Rows, StoredEnd? End = null)
{
    internal void Validate()
    {
        foreach (var row in Rows)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row.Choice);
            ArgumentOutOfRangeException.ThrowIfNegative(row.Position);
            ArgumentOutOfRangeException.ThrowIfZero(row.Tokens.Length);
            ArgumentOutOfRangeException.ThrowIfNotEqual(row.Sources.Length, row.Tokens.Length);
            ArgumentOutOfRangeException.ThrowIfNotEqual(row.Survival.Length, row.Tokens.Length);
        }
    }
}

/// <summary>What became of a <see cref="TurnAppend"/>.</summary>
public enum AppendOutcome
{
    /// <summary>It is durable, now or since an equal append before.</summary>
    Appended,

    /// <summary>Another activation has claimed the conversation: stop, and drop what is not stored.</summary>
    Fenced,

    /// <summary>A row does not continue its choice, nor equal what is stored at its position.</summary>
    OutOfOrder,

    /// <summary>The turn has ended with something else.</summary>
    Ended,

    /// <summary>The conversation is deleted, or it or the turn never was.</summary>
    Deleted,
}

/// <summary>Answer to a <see cref="TurnAppend"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Choice">The choice that a row did not continue; 0 unless <see cref="AppendOutcome.OutOfOrder"/>.</param>
/// <param name="Head">The position that the store expects next in that choice; 0 unless <see cref="AppendOutcome.OutOfOrder"/>.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, int Choice = 0, int Head = 0);
