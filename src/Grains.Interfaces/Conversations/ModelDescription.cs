namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>A model that the cluster serves.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.ModelDescription")]
public sealed record ModelDescription
{
    /// <summary>What it is asked for by.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Such as cpu or cuda:0.</summary>
    [Id(1)] public required string Device { get; init; }

    /// <summary>Arithmetic of the model.</summary>
    [Id(2)] public required string DataType { get; init; }

    /// <summary>Tokens that prompt and reply may have together.</summary>
    [Id(3)] public required int ContextLength { get; init; }

    /// <summary>What settings that are null mean.</summary>
    [Id(4)] public required TurnSettings Defaults { get; init; }

    /// <summary>Model, tokenizer and arithmetic: replies go on only where it is equal.</summary>
    [Id(5)] public required string Fingerprint { get; init; }

    /// <summary>Tokens that it knows; 0 = a node of an earlier release, which does not say.</summary>
    [Id(6)] public int VocabularySize { get; init; }
}
