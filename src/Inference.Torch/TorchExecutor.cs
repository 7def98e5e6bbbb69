using System.Runtime.InteropServices;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace NGrammys.Inference.Torch;

/// <summary>Forward passes over libtorch, on a CUDA device or on the CPU.</summary>
/// <remarks>
/// Called only on the engine thread. Results are those of libtorch's kernels: which of them runs depends on the number of nodes, so logits agree
/// between differently cut passes within rounding, not bit for bit.
/// </remarks>
public sealed class TorchExecutor : IForwardExecutor
{
    private readonly DecoderDescription _decoder;
    private readonly Device _device;
    private readonly TorchWeights _weights;
    private readonly RotaryEmbedding _rotary;
    private readonly KvCache _cache;

    /// <summary>Loads libtorch where <see cref="TorchLibrary.Load"/> has not yet, copies the weights to the device and allocates the KV cache.</summary>
    /// <param name="decoder">The model as numbers.</param>
    /// <param name="weights">Its weights; not used after the constructor.</param>
    /// <param name="arithmetic">Type of weights, activations and KV cache; norms, rotary embedding and logits are float32 always.</param>
    /// <param name="kvRows">Rows of the KV cache.</param>
    /// <param name="device">torch-cpu or cuda:N.</param>
    /// <exception cref="NGrammysException">libtorch or the device is missing, or memory is.</exception>
    public TorchExecutor(DecoderDescription decoder, DecoderWeights weights, DataType arithmetic, int kvRows, string device)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kvRows);
        TorchLibrary.Load();
        (_decoder, _device, Device) = (decoder, TorchDevice.Parse(device), device);
        using var inference = inference_mode();
        var type = arithmetic.ToScalarType();
        try
        {
            _weights = new TorchWeights(weights, type, _device);
            _rotary = new RotaryEmbedding(decoder, Math.Min(kvRows, decoder.ContextLength), _device);
            _cache = new KvCache(decoder, kvRows, type, _device);
        }
        catch (ExternalException e)
        {
            throw new NGrammysException(
                $"The model and {kvRows} KV rows do not fit on {device} ({e.Message.Split('\n')[0]}); use fewer KV rows, bfloat16, or a smaller model.", e);
        }
    }

    /// <inheritdoc/>
    public string Device { get; }

    /// <inheritdoc/>
    public int KvRows => _cache.Rows;

    /// <inheritdoc/>
    public void Forward(ForwardBatch batch, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(logits.Length, batch.Outputs.Count * _decoder.VocabularySize, nameof(logits));
        if (batch.Count == 0) return;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var step = new Step(batch, _rotary, _device);
        var x = _weights.Embedding.index_select(0, step.Tokens); // [T, D]
        for (var layer = 0; layer < _weights.Layers.Length; layer++)
        {
            using var layerScope = NewDisposeScope();
            x.add_(SelfAttention(layer, x, step));
            x.add_(FeedForward(_weights.Layers[layer], x));
        }

        if (batch.Outputs.Count == 0) return;
        var wanted = x.index_select(0, Step.Index(CollectionsMarshal.AsSpan(batch.Outputs), _device)); // [N, D]
        var result = linear(Norm(wanted, _weights.FinalNorm), _weights.Head); // [N, V]
        MemoryMarshal.Cast<byte, float>(result.to_type(ScalarType.Float32).cpu().bytes).CopyTo(logits);
    }

    /// <inheritdoc/>
    public void MoveRows(ReadOnlySpan<int> from, int to)
    {
        if (from.IsEmpty) return;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        _cache.Move(Step.Index(from, _device), to);
    }

    /// <summary>Frees weights and KV cache.</summary>
    public void Dispose()
    {
        _weights.Dispose();
        _rotary.Dispose();
        _cache.Dispose();
    }

    private Tensor SelfAttention(int layer, Tensor x, Step step)
    {
        var (h, g, e) = (_decoder.Heads, _decoder.KvHeads, _decoder.HeadSize);
        var weights = _weights.Layers[layer];
        var qkv = linear(Norm(x, weights.AttentionNorm), weights.QueryKeyValue).view(-1, h + 2 * g, e); // [T, H + 2G, E]
        var turned = RotaryEmbedding.Apply(qkv.narrow(1, 0, h + g), step.Turn); // queries and keys, [T, H + G, E]
        _cache.Write(layer, step.Rows, turned.narrow(1, h, g), qkv.narrow(1, h + g, g));
        var q = turned.narrow(1, 0, h); // [T, H, E]
        return linear(Attention.Attend(q, _cache, layer, step), weights.Output); // [T, D]
    }

    private Tensor FeedForward(TorchLayer layer, Tensor x)
    {
        var halves = linear(Norm(x, layer.FeedForwardNorm), layer.GateUp).chunk(2, -1);
        var (gate, up) = (halves[0], halves[1]); // [T, F]
        return linear(silu(gate) * up, layer.Down); // [T, D]
    }

    // RMS norm (arXiv 1910.07467); the mean of squares in float32.
    private Tensor Norm(Tensor x, Tensor weight)
    {
        var wide = x.to_type(ScalarType.Float32);
        var scale = rsqrt(wide.square().mean([-1], keepdim: true) + _decoder.NormEpsilon); // [T, 1]
        return (wide * scale).to_type(x.dtype) * weight;
    }
}
