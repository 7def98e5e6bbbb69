using NGrammys.Failover.Hosts;

namespace NGrammys.Failover.Rehearsals;

/// <summary>What is rehearsed, and how often. The defaults take about an hour.</summary>
public sealed record RehearsalPlan
{
    /// <summary>The rows of the table, in their order.</summary>
    public static IReadOnlyList<string> AllRows { get; } =
        ["kill", "freeze", "frontend", "database", "rolling", "upgrade", "downgrade", "leave", "cut-silo", "cut-store", "cut-frontend", "models", "poison"];

    /// <summary>Which of <see cref="AllRows"/>.</summary>
    public IReadOnlyList<string> Rows { get; init; } = AllRows;

    /// <summary>Whence the row <c>upgrade</c> comes, and where <c>downgrade</c> goes; null = these rows are left out.</summary>
    public Release? From { get; init; }

    /// <summary>Readers at once.</summary>
    public int Streams { get; init; } = 24;

    /// <summary>A try is void unless so many of them are in mid-reply on the silo that is hit.</summary>
    public int LeastHit { get; init; } = 5;

    /// <summary>Longest reply in tokens.</summary>
    public int LongestReply { get; init; } = 200;

    /// <summary>Kills of a silo.</summary>
    public int Kills { get; init; } = 30;

    /// <summary>Silos frozen.</summary>
    public int Freezes { get; init; } = 6;

    /// <summary>Silos, databases and frontends cut off, a third each.</summary>
    public int CutOffs { get; init; } = 6;

    /// <summary>How long a silo is frozen, or something cut off.</summary>
    public TimeSpan Frozen { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Kills of a frontend.</summary>
    public int FrontendKills { get; init; } = 10;

    /// <summary>Kills of a silo where the third one alone serves its model.</summary>
    public int ModelKills { get; init; } = 6;

    /// <summary>How long the database is away.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Conversations that lie idle while a silo leaves.</summary>
    public int Idle { get; init; } = 500;

    /// <summary>Every row once, in a few minutes.</summary>
    public static RehearsalPlan Quick { get; } = new() { Kills = 2, Freezes = 1, CutOffs = 3, FrontendKills = 2, ModelKills = 3, Frozen = TimeSpan.FromSeconds(25), Outage = TimeSpan.FromSeconds(10), Idle = 100 };
}
