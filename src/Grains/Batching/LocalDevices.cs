using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Batching;

/// <summary>The engines of this silo process, one per device, by ordinal. They live as long as the process; grains only refer to them.</summary>
public sealed class LocalDevices
{
    private readonly IReadOnlyList<IInferenceEngine> _engines;

    /// <summary>At least one engine, and what the conversations with their model draft from; null for their own text alone.</summary>
    public LocalDevices(IReadOnlyList<IInferenceEngine> engines, ModelDrafting? drafting = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(engines.Count);
        _engines = engines;
        Drafting = drafting ?? new ModelDrafting();
    }

    /// <summary>The model that this silo serves.</summary>
    public ModelInfo Model => _engines[0].Model;

    /// <summary>What conversations with it draft from.</summary>
    public ModelDrafting Drafting { get; }

    /// <summary>The engine of a device.</summary>
    public IInferenceEngine this[int device] => _engines[device];

    /// <summary>Number of devices.</summary>
    public int Count => _engines.Count;

    /// <summary>The device with the fewest sequences.</summary>
    public int LeastLoaded() => Enumerable.Range(0, Count).MinBy(device => _engines[device].Load.Sequences);
}
