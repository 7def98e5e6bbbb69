namespace NGrammys.Inference.Constraints;

/// <summary>Where a text may have got to in a grammar.</summary>
internal readonly record struct Place(int Node, Frame Frame);
