using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Conversations;

/// <summary>A pilot, which tells by a share of turns without speculation what it brings. Section <c>Speculation</c> of the configuration; the same on every silo of a cluster.</summary>
public sealed record PilotOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Speculation";

    /// <summary>Share of turns that are decoded plainly, to be compared with the others; 0 (default) = none. A turn whose caller has said how much to draft is never one of them.</summary>
    public double ControlShare { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="NGrammysException">One is out of range.</exception>
    public PilotOptions Checked() => ControlShare is >= 0 and <= 0.5
        ? this
        : throw new NGrammysException(FormattableString.Invariant(
            $"{Section}:{nameof(ControlShare)} is {ControlShare}; it must be from 0 to 0.5, such as 0.05: one turn of twenty without speculation."));
}
