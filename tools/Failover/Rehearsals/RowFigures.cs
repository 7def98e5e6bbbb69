using NGrammys.Failover.Faults;
using NGrammys.Failover.Readers;
using NGrammys.HistoryChecker;

namespace NGrammys.Failover.Rehearsals;

/// <summary>One row of the table.</summary>
public sealed record RowFigures
{
    /// <summary>Its name, one of <see cref="RehearsalPlan.AllRows"/>.</summary>
    public required string Row { get; init; }

    /// <summary>What was done, one line a try that counts.</summary>
    public required IReadOnlyList<string> Tries { get; init; }

    /// <summary>Tries that do not count, because too few readers were in mid-reply where it struck. Their replies are checked all the same.</summary>
    public int Void { get; init; }

    /// <summary>Gaps of the readers who were hit in mid-reply; null = nobody was.</summary>
    public GapFigures? GapSeconds { get; init; }

    /// <summary>Replies read to their end.</summary>
    public int Replies { get; init; }

    /// <summary>Of these, continued by another silo or process.</summary>
    public int Continued { get; init; }

    /// <summary>Frames with tokens.</summary>
    public int Frames { get; init; }

    /// <summary>Tokens that did not reach a reader.</summary>
    public int Lost { get; init; }

    /// <summary>Tokens that a reader kept twice.</summary>
    public int Doubled { get; init; }

    /// <summary>Tokens that are not those of the undisturbed reply.</summary>
    public int Altered { get; init; }

    /// <summary>Tokens in the wrong order.</summary>
    public int Reordered { get; init; }

    /// <summary>Turns that failed.</summary>
    public int FailedTurns { get; init; }

    /// <summary>Requests that the client gave up after a minute of trying; the reader made them again.</summary>
    public int Refused { get; init; }

    /// <summary>What else the row measures, by name.</summary>
    public IReadOnlyDictionary<string, double> More { get; init; } = new Dictionary<string, double>();

    /// <summary>The first of what must not be.</summary>
    public IReadOnlyList<string> Breaches { get; init; } = [];

    /// <summary>Fills in what came of it.</summary>
    public static RowFigures Of(string row, IReadOnlyList<Trial> trials, int leastHit, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        Trial[] counted = [.. trials.Where(trial => trial.Gaps.Count >= leastHit)];
        return new RowFigures
        {
            Row = row,
            Tries = [.. counted.Select(trial => trial.Fault)],
            Void = trials.Count - counted.Length,
            GapSeconds = GapFigures.Of(counted.SelectMany(trial => trial.Gaps)),
            Replies = verdict.Replies,
            Continued = verdict.Continued,
            Frames = verdict.Frames,
            Lost = verdict.Count(FaultKind.Lost),
            Doubled = verdict.Count(FaultKind.Doubled),
            Altered = verdict.Count(FaultKind.Altered),
            Reordered = verdict.Count(FaultKind.Reordered),
            FailedTurns = verdict.Failures.Count,
            Refused = verdict.Refusals,
            Breaches = [.. verdict.Failures.Concat(verdict.Faults.Select(fault => fault.ToString())).Take(10)],
        };
    }
}
