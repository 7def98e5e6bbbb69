using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>Tensors of a gated feed-forward layer or an expert on the device.</summary>
internal sealed record TorchFeedForward(
    Tensor GateUp, // [2F, D]
    Tensor? GateUpBias, // [2F]
    Tensor Down, // [D, F]
    Tensor? DownBias); // [D]

/// <summary>Tensors of one layer on the device. Matrices are [outputs, inputs]; those that read the same input stand on top of each other.</summary>
internal sealed record TorchLayer(
    Tensor? AttentionNorm, // [D]
    Tensor QueryKeyValue, // [(H + 2G) * E, D]
    Tensor? ProjectionBias, // [(H + 2G) * E]
    Tensor? QueryNorm, // [E] or [H * E]
    Tensor? KeyNorm, // [E] or [G * E]
    Tensor Output, // [D, H * E]
    Tensor? OutputBias, // [D]
    Tensor? PostAttentionNorm, // [D]
    Tensor? FeedForwardNorm, // [D]
    Tensor? Router, // [X, D]
    TorchFeedForward[] FeedForward,
    Tensor? PostFeedForwardNorm); // [D]

/// <summary>All tensors of a decoder on the device; copies, so the model folder may be closed. Matrices and biases have the type of the arithmetic, norms are
/// float32, their offset included.</summary>
internal sealed class TorchWeights : IDisposable
{
    private const int StagingBytes = 64 << 20;

    private readonly ScalarType _type;
    private readonly Device _device;
    private readonly float _normOffset;
    private readonly List<Tensor> _tensors = [];

    public TorchWeights(DecoderDescription decoder, DecoderWeights weights, ScalarType type, Device device)
    {
        (_type, _device, _normOffset) = (type, device, decoder.NormOffset);
        Embedding = Upload(weights.Embedding);
        Layers = [.. weights.Layers.Select(Layer)];
        // The output layer is linear, so the scale of its results may stand in front of it.
        FinalNorm = Norm(weights.FinalNorm)!.mul_(decoder.LogitScale);
        Head = ReferenceEquals(weights.Head, weights.Embedding) ? Embedding : Upload(weights.Head);
    }

    public Tensor Embedding { get; } // [V, D]

    public TorchLayer[] Layers { get; }

    public Tensor FinalNorm { get; } // [D]

    public Tensor Head { get; } // [V, D]

    public void Dispose() => _tensors.ForEach(tensor => tensor.Dispose());

    private TorchLayer Layer(LayerWeights layer) => new(
        Norm(layer.AttentionNorm),
        Upload(layer.Query, layer.Key, layer.Value),
        layer.ProjectionBiases is { } biases ? Upload(biases.Query, biases.Key, biases.Value) : null,
        Norm(layer.QueryNorm),
        Norm(layer.KeyNorm),
        Upload(layer.Output),
        layer.OutputBias is null ? null : Upload(layer.OutputBias),
        Norm(layer.PostAttentionNorm),
        Norm(layer.FeedForwardNorm),
        layer.Router is null ? null : Upload(layer.Router),
        [.. layer.FeedForward.Select(FeedForward)],
        Norm(layer.PostFeedForwardNorm));

    private TorchFeedForward FeedForward(FeedForwardWeights weights) => new(
        Upload(weights.Gate, weights.Up),
        weights.GateBias is null ? null : Upload(weights.GateBias, weights.UpBias!),
        Upload(weights.Down),
        weights.DownBias is null ? null : Upload(weights.DownBias));

    private Tensor? Norm(StoredTensor? weights) => weights is null ? null : Upload(ScalarType.Float32, weights).add_(_normOffset);

    private Tensor Upload(params StoredTensor[] parts) => Upload(_type, parts);

    private Tensor Upload(ScalarType type, params StoredTensor[] parts)
    {
        using var scope = NewDisposeScope();
        long[] row = [.. parts[0].Shape.Skip(1).Select(dimension => (long)dimension)];
        var target = empty([parts.Sum(part => (long)part.Shape[0]), .. row], type, _device).DetachFromDisposeScope();
        _tensors.Add(target);
        var start = 0;
        foreach (var part in parts)
        {
            var rowElements = (int)(part.Elements / part.Shape[0]);
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
