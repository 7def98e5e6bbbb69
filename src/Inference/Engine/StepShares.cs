namespace NGrammys.Inference.Engine;

/// <summary>Whose work a pass was: what it would have cost without drafts falls on all roots alike, and what all draft nodes made it dearer on who drafted them.</summary>
/// <remarks>So a sequence is not charged for others' drafts, and speculated and plain sequences of the same pass can be compared.</remarks>
internal readonly record struct StepShares(double Root, double Node)
{
    /// <summary>Divides a pass.</summary>
    /// <param name="cost">What passes cost; prompts are charged what they made this one dearer.</param>
    /// <param name="seconds">What it took.</param>
    /// <param name="roots">Decode roots in it.</param>
    /// <param name="nodes">Draft nodes in it.</param>
    /// <param name="prefilled">Prompt tokens in it.</param>
    public static StepShares Divide(StepCost cost, double seconds, int roots, int nodes, int prefilled)
    {
        if (roots == 0) return default;
        var (plain, decoding) = (cost.Of(roots), cost.Of(roots + nodes));
        var unit = seconds / cost.Of(roots + nodes + prefilled);
        return new StepShares(unit * plain / roots, nodes == 0 ? 0 : unit * (decoding - plain) / nodes);
    }

    /// <summary>The part of a sequence, in seconds.</summary>
    /// <param name="nodes">Its draft nodes.</param>
    public double Of(int nodes) => Root + Node * nodes;
}
