using NGrammys.HistoryChecker;

namespace NGrammys.Failover.Readers;

/// <summary>What became of the replies of an audience.</summary>
public sealed record Verdict
{
    /// <summary>Replies read to their end.</summary>
    public required int Replies { get; init; }

    /// <summary>Of these, continued by another owner of their conversation.</summary>
    public required int Continued { get; init; }

    /// <summary>Frames with tokens that came, before anything was dropped.</summary>
    public required int Frames { get; init; }

    /// <summary>Requests that were refused for the moment and made again by the reader, after the client had tried for a minute.</summary>
    public required int Refusals { get; init; }

    /// <summary>Turns that failed, each as a line.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>What the checker found.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>How many of a kind it found.</summary>
    public int Count(FaultKind kind) => Faults.Count(fault => fault.Kind == kind);
}
