namespace NGrammys.Failover.Hosts;

/// <summary>What a local cluster is made of.</summary>
public sealed record ClusterShape
{
    /// <summary>Silos; three are what it takes to agree on the death of one.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>Web frontends.</summary>
    public int Frontends { get; init; } = 2;

    /// <summary>What a step of an engine takes at least. Three silos do not fit a small machine at full speed: so they leave each other room, and replies last.</summary>
    public TimeSpan StepTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Cluster:ProbeTimeout of the silos; null = the product's own.</summary>
    public TimeSpan? ProbeTimeout { get; init; }

    /// <summary>Whether links stand between silos, in front of their gateways, and between each silo and the database, so that they can be cut off.</summary>
    public bool Linked { get; init; }

    /// <summary>Whose silos and web frontends are started.</summary>
    public Release Release { get; init; } = Release.Own;

    /// <summary>Whether the last silo serves a model of its own, so that nobody else can go on with its replies.</summary>
    public bool TwoModels { get; init; }

    /// <summary>A text that kills the silo whose engine reads it; null = none does.</summary>
    public string? Poison { get; init; }
}
