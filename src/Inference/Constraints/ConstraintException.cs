using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Constraints;

/// <summary>A schema or pattern asks for something that is not understood, or for more than the limits allow. It is never ignored.</summary>
/// <param name="keyword">The keyword that is refused, as it stands in the schema.</param>
/// <param name="reason">What is wrong with it and what to do.</param>
public sealed class ConstraintException(string keyword, string reason) : NGrammysException($"'{keyword}': {reason}")
{
    /// <summary>The keyword.</summary>
    public string Keyword { get; } = keyword;
}
