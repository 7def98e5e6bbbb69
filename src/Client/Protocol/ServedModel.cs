using MessagePack;

namespace NGrammys.Client.Protocol;

/// <summary>A model that the server serves.</summary>
[MessagePackObject]
public sealed record ServedModel
{
    /// <summary>What it is asked for by.</summary>
    [Key("name")] public required string Name { get; init; }

    /// <summary>Device that computes, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    [Key("device")] public required string Device { get; init; }

    /// <summary>Arithmetic of the model, such as <c>float32</c>.</summary>
    [Key("dataType")] public required string DataType { get; init; }

    /// <summary>Tokens that prompt and reply may have together.</summary>
    [Key("contextLength")] public required int ContextLength { get; init; }

    /// <summary>What settings that are null mean.</summary>
    [Key("defaults")] public required TurnSettings Defaults { get; init; }
}
