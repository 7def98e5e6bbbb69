namespace NGrammys.Grains.Interfaces.Cluster;

/// <summary>The cluster at one moment.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.ClusterDescription")]
public sealed record ClusterDescription
{
    /// <summary>Nodes that belong to it, by their addresses.</summary>
    [Id(0)] public required NodeDescription[] Nodes { get; init; }
}

/// <summary>One node: a process that computes.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.NodeDescription")]
public sealed record NodeDescription
{
    /// <summary>Where it is: host, port, and when it began.</summary>
    [Id(0)] public required string Address { get; init; }

    /// <summary>What it calls itself.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>What the members of the cluster hold it for, such as Active or ShuttingDown.</summary>
    [Id(2)] public required string Status { get; init; }

    /// <summary>When it began.</summary>
    [Id(3)] public required DateTimeOffset Started { get; init; }

    /// <summary>Conversations that live there now.</summary>
    [Id(4)] public required int Conversations { get; init; }

    /// <summary>What it says of itself; null = it does not answer.</summary>
    [Id(5)] public NodeDetails? Details { get; init; }
}

/// <summary>What a node says of itself.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.NodeDetails")]
public sealed record NodeDetails
{
    /// <summary>Version of NGrammys.</summary>
    [Id(0)] public required string Version { get; init; }

    /// <summary>Whether it hands its conversations over and takes no more.</summary>
    [Id(1)] public required bool Leaving { get; init; }

    /// <summary>Memory of the process, in bytes.</summary>
    [Id(2)] public required long Memory { get; init; }

    /// <summary>Replies of conversations that are being written.</summary>
    [Id(3)] public required int Replies { get; init; }

    /// <summary>Its devices, by ordinal.</summary>
    [Id(4)] public required DeviceDescription[] Devices { get; init; }

    /// <summary>What guessing has brought since the process began, by who guessed; who never guessed is absent.</summary>
    [Id(5)] public required SourceDescription[] Sources { get; init; }

    /// <summary>What turns have cost since the process began, by their kind, of those whose callers left open how much to draft.</summary>
    [Id(6)] public PilotDescription[] Pilot { get; init; } = [];
}

/// <summary>One device. Counts run since its engine started.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.DeviceDescription")]
public sealed record DeviceDescription
{
    [Id(0)] public required string Model { get; init; }

    /// <summary>Such as cpu or cuda:0.</summary>
    [Id(1)] public required string Device { get; init; }

    /// <summary>Arithmetic of the model.</summary>
    [Id(2)] public required string DataType { get; init; }

    /// <summary>Sequences that decode.</summary>
    [Id(3)] public required int Running { get; init; }

    /// <summary>Sequences that wait for room or are being prefilled.</summary>
    [Id(4)] public required int Waiting { get; init; }

    /// <summary>Rows of the KV cache in use.</summary>
    [Id(5)] public required int KvRowsUsed { get; init; }

    /// <summary>Rows of the KV cache.</summary>
    [Id(6)] public required int KvRows { get; init; }

    /// <summary>Forward passes that decoded.</summary>
    [Id(7)] public required long Passes { get; init; }

    /// <summary>Sequences that these passes carried.</summary>
    [Id(8)] public required long Carried { get; init; }

    [Id(9)] public required long Drafted { get; init; }

    [Id(10)] public required long Accepted { get; init; }

    [Id(11)] public required long Generated { get; init; }

    [Id(12)] public required long Prefilled { get; init; }

    /// <summary>Least probability of being right at which a guess pays now.</summary>
    [Id(13)] public required double NodePrice { get; init; }

    /// <summary>Tokens of the last pass that only decoded; 0 = there was none yet.</summary>
    [Id(14)] public required int LastPassTokens { get; init; }

    /// <summary>What it took.</summary>
    [Id(15)] public required double LastPassSeconds { get; init; }

    /// <summary>What it was expected to take; 0 = that was not known yet.</summary>
    [Id(16)] public required double LastPassExpected { get; init; }

    /// <summary>Whether it hangs or its engine has failed: no reply begins there until its process starts anew.</summary>
    [Id(17)] public bool Lost { get; init; }

    /// <summary>Bytes of the device's own memory that any process held when it last computed.</summary>
    [Id(18)] public long MemoryUsed { get; init; }

    /// <summary>Bytes of the device's own memory; 0 = it computes in the process's.</summary>
    [Id(19)] public long MemoryTotal { get; init; }
}

/// <summary>What one kind of guesses has brought.</summary>
/// <param name="Source">Who guessed, as metrics call it.</param>
/// <param name="Drafted">Guesses that were verified.</param>
/// <param name="Accepted">Guesses that were right.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.SourceDescription")]
public sealed record SourceDescription([property: Id(0)] string Source, [property: Id(1)] long Drafted, [property: Id(2)] long Accepted);
