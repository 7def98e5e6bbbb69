using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Conversations;

/// <summary>How long conversations are kept. Section <c>Conversations</c> of the configuration; the same on every silo of a cluster.</summary>
public sealed record RetentionOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Conversations";

    /// <summary>Days after which a conversation that no reply has touched is deleted with everything it has left, pinned or not; null (default) = never.</summary>
    public int? KeepDays { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="NGrammysException">One is out of range.</exception>
    public RetentionOptions Checked() => KeepDays is < 1 or > 36_500
        ? throw new NGrammysException($"{Section}:{nameof(KeepDays)} is {KeepDays}; it must be from 1 to 36500 days, or absent to keep everything.")
        : this;
}
