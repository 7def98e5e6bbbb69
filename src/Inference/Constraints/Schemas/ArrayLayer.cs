namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>What one schema says about items.</summary>
/// <param name="Prefix">By position; null = nothing.</param>
/// <param name="Rest">About those behind; null = nothing.</param>
internal sealed record ArrayLayer(Literal?[] Prefix, Literal? Rest);
