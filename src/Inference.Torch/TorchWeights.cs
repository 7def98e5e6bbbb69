using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>Tensors of one layer on the device. Matrices are [outputs, inputs]; those that read the same input stand on top of each other.</summary>
internal sealed record TorchLayer(
    Tensor AttentionNorm, // [D]
    Tensor QueryKeyValue, // [(H + 2G) * E, D]
    Tensor Output, // [D, H * E]
    Tensor FeedForwardNorm, // [D]
    Tensor GateUp, // [2F, D]
    Tensor Down); // [D, F]

/// <summary>All tensors of a decoder on the device, in the type of the arithmetic; copies, so the model folder may be closed.</summary>
internal sealed class TorchWeights : IDisposable
{
    private const int StagingBytes = 64 << 20;

    private readonly ScalarType _type;
    private readonly Device _device;
    private readonly List<Tensor> _tensors = [];

    public TorchWeights(DecoderWeights weights, ScalarType type, Device device)
    {
        (_type, _device) = (type, device);
        Embedding = Upload(weights.Embedding);
        Layers = [.. weights.Layers.Select(layer => new TorchLayer(
            Upload(layer.AttentionNorm),
            Upload(layer.Query, layer.Key, layer.Value),
            Upload(layer.Output),
            Upload(layer.FeedForwardNorm),
            Upload(layer.Gate, layer.Up),
            Upload(layer.Down)))];
        FinalNorm = Upload(weights.FinalNorm);
        Head = ReferenceEquals(weights.Head, weights.Embedding) ? Embedding : Upload(weights.Head);
    }

    public Tensor Embedding { get; } // [V, D]

    public TorchLayer[] Layers { get; }

    public Tensor FinalNorm { get; } // [D]

    public Tensor Head { get; } // [V, D]

    public void Dispose() => _tensors.ForEach(tensor => tensor.Dispose());

    private Tensor Upload(params StoredTensor[] parts)
    {
        using var scope = NewDisposeScope();
        long[] row = [.. parts[0].Shape.Skip(1).Select(dimension => (long)dimension)];
        var target = empty([parts.Sum(part => (long)part.Shape[0]), .. row], _type, _device).DetachFromDisposeScope();
        _tensors.Add(target);
        var start = 0;
        foreach (var part in parts)
        {
            var rowElements = (int)(part.Length / part.Type.Size() / part.Shape[0]);
            // In blocks, because a span ends at two gigabytes and the conversion should not need the whole tensor twice.
            var block = Math.Max(1, StagingBytes / (rowElements * part.Type.Size()));
            for (var first = 0; first < part.Shape[0]; first += block)
            {
                var rows = Math.Min(block, part.Shape[0] - first);
                using var staged = empty([rows, .. row], part.Type.ToScalarType());
                part.Bytes((long)first * rowElements, rows * rowElements).CopyTo(staged.bytes);
                target.narrow(0, start + first, rows).copy_(staged);
            }

            start += part.Shape[0];
        }

        return target;
    }
}
