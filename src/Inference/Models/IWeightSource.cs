using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>Tensors by name.</summary>
public interface IWeightSource
{
    /// <summary>Whether there is such a tensor.</summary>
    bool Has(string name);

    /// <summary>The tensor of that name, which must have that shape.</summary>
    /// <exception cref="NGrammysException">It is missing or has another shape.</exception>
    StoredTensor Get(string name, params int[] shape);
}
