namespace NGrammys.Inference.Abstractions;

/// <summary>A snapshot of an engine: what it is doing and what it has done since it started.</summary>
public sealed record EngineLoad
{
    /// <summary>Sequences that decode now.</summary>
    public int Running { get; init; }

    /// <summary>Sequences that wait for KV rows or are being prefilled.</summary>
    public int Waiting { get; init; }

    /// <summary>Sequences that wait for KV rows, by arrival. Of another tenant who has fewer running, one may be taken first.</summary>
    public IReadOnlyList<Guid> Queue { get; init; } = [];

    /// <summary>How many of the <see cref="Queue"/> came before a sequence; null where it is not in it.</summary>
    public int? Ahead(Guid sequence)
    {
        for (var place = 0; place < Queue.Count; place++)
        {
            if (Queue[place] == sequence) return place;
        }

        return null;
    }

    /// <summary>All of them.</summary>
    public int Sequences => Running + Waiting;

    /// <summary>Rows of the KV cache (one per token of context) that running sequences hold.</summary>
    public int KvRowsUsed { get; init; }

    /// <summary>Rows that keep what sequences have left, for others that begin alike; they are free for whoever needs them.</summary>
    public int KvRowsKept { get; init; }

    /// <summary>Rows of the KV cache in all.</summary>
    public int KvRows { get; init; }

    /// <summary>Memory of the device when it last computed; null where it computes in the machine's.</summary>
    public DeviceMemory? Memory { get; init; }

    /// <summary>Whether the engine has failed, or was stopped, and runs nothing any more.</summary>
    public bool Failed { get; init; }

    /// <summary>What a draft node must be worth, by the measured costs of passes and the number of sequences that decode now: the least probability of being accepted,
    /// in (0, 1], at which nodes pay.</summary>
    public double NodePrice { get; init; } = 1.0 / 16;

    /// <summary>Tokens of the last pass that only decoded; 0 before the first.</summary>
    public int LastPassTokens { get; init; }

    /// <summary>What it took.</summary>
    public double LastPassSeconds { get; init; }

    /// <summary>What it was expected to take, by what was learned from the passes before it.</summary>
    public double LastPassExpected { get; init; }

    /// <summary>Forward passes that carried at least one decode root.</summary>
    public long Steps { get; init; }

    /// <summary>Decode roots carried by those passes.</summary>
    public long RootsCarried { get; init; }

    /// <summary>Sequences that were decoding when those passes were packed; carried / running is how well passes are shared.</summary>
    public long RootsRunning { get; init; }

    /// <summary>Draft nodes verified.</summary>
    public long Drafted { get; init; }

    /// <summary>Draft nodes accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Tokens generated, accepted draft nodes included.</summary>
    public long Generated { get; init; }

    /// <summary>Prompt tokens computed.</summary>
    public long Prefilled { get; init; }

    /// <summary>Tokens that would have been computed as well, had not another sequence of the same tenant begun alike.</summary>
    public long Reused { get; init; }

    /// <summary>How often a sequence gave up its rows to an older one and waited; it goes on with the same tokens.</summary>
    public long Preempted { get; init; }
}
