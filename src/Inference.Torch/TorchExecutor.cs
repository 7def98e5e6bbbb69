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
    private readonly Attention _attention;

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
            _weights = new TorchWeights(decoder, weights, type, _device);
            _rotary = new RotaryEmbedding(decoder, Math.Min(kvRows, decoder.ContextLength), _device);
            _cache = new KvCache(decoder, kvRows, type, _device);
            _attention = new Attention(decoder);
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
        if (_decoder.EmbeddingScale != 1) x.mul_(_decoder.EmbeddingScale);
        for (var layer = 0; layer < _weights.Layers.Length; layer++)
        {
            using var layerScope = NewDisposeScope();
            var weights = _weights.Layers[layer];
            x.add_(OptionalNorm(SelfAttention(layer, x, step), weights.PostAttentionNorm), alpha: _decoder.ResidualScale);
            x.add_(OptionalNorm(FeedForward(layer, x), weights.PostFeedForwardNorm), alpha: _decoder.ResidualScale);
        }

        if (batch.Outputs.Count == 0) return;
        var wanted = x.index_select(0, Step.Index(CollectionsMarshal.AsSpan(batch.Outputs), _device)); // [N, D]
        var result = linear(Norm(wanted, _weights.FinalNorm), _weights.Head); // [N, V]
        if (_decoder.LogitSoftcap != 0) result = (result / _decoder.LogitSoftcap).tanh() * _decoder.LogitSoftcap;
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

    /// <inheritdoc/>
    public void CopyRows(int from, int to, int count)
    {
        if (count == 0) return;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        _cache.Copy(from, to, count);
    }

    /// <summary>Whether the device is a GPU.</summary>
    public bool HasOwnMemory => Device != "torch-cpu";

    /// <inheritdoc/>
    public DeviceMemory? Memory => HasOwnMemory && CudaMemory.Of(Math.Max(0, _device.index)) is { } memory ? new DeviceMemory(memory.Total - memory.Free, memory.Total) : null;

    /// <inheritdoc/>
    public int RowBytes => _cache.RowBytes;

    /// <inheritdoc/>
    public void ReadRows(int first, int count, Span<byte> rows)
    {
        if (count == 0) return;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        _cache.ReadOut(first, count, rows);
    }

    /// <inheritdoc/>
    public void WriteRows(ReadOnlySpan<byte> rows, int first, int count)
    {
        if (count == 0) return;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        _cache.WriteBack(rows, first, count);
    }

    /// <inheritdoc/>
    public int AnglesOf(int reach) => _decoder.AnglesOf(reach);

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
        var qkv = linear(OptionalNorm(x, weights.AttentionNorm), weights.QueryKeyValue, weights.ProjectionBias).view(-1, h + 2 * g, e); // [T, H + 2G, E]
        var (queries, keys) = (qkv.narrow(1, 0, h), qkv.narrow(1, h, g));
        if (weights.QueryNorm is not null) (queries, keys) = (HeadNorm(queries, weights.QueryNorm), HeadNorm(keys, weights.KeyNorm!));
        if (_decoder.Layers[layer].Rotary is { } rotary)
            (queries, keys) = (RotaryEmbedding.Apply(queries, step.Turns[rotary]), RotaryEmbedding.Apply(keys, step.Turns[rotary]));
        _cache.Write(layer, step.Rows, keys, qkv.narrow(1, h + g, g));
        return linear(_attention.Attend(queries, _cache, layer, step), weights.Output, weights.OutputBias); // [T, D]
    }

    private Tensor FeedForward(int layer, Tensor x)
    {
        var weights = _weights.Layers[layer];
        var input = OptionalNorm(x, weights.FeedForwardNorm);
        return _decoder.Layers[layer].Experts is { } experts
            ? ChosenExperts(experts, weights, input)
            : FeedForward(weights.FeedForward[0], input);
    }

    private Tensor FeedForward(TorchFeedForward weights, Tensor input)
    {
        var halves = linear(input, weights.GateUp, weights.GateUpBias).chunk(2, -1);
        var (gate, up) = (halves[0], halves[1]); // [T, F]
        var active = _decoder.Activation == Activation.Silu ? silu(gate) : GeluTanh(gate);
        return linear(active * up, weights.Down, weights.DownBias); // [T, D]
    }

    private static Tensor GeluTanh(Tensor x)
    {
        var wide = x.to_type(ScalarType.Float32);
        var inner = (wide + wide.pow(3) * 0.044715f) * 0.7978845608f;
        return (wide * 0.5f * (inner.tanh() + 1)).to_type(x.dtype);
    }

    private Tensor ChosenExperts(ExpertsDescription experts, TorchLayer layer, Tensor input)
    {
        var probabilities = softmax(linear(input, layer.Router!).to_type(ScalarType.Float32), -1); // [T, X]
        var (weights, chosen) = probabilities.topk(experts.PerToken, -1); // [T, k] each
        if (experts.Normalized) weights = weights / weights.sum(-1, keepdim: true);
        var sum = zeros_like(input);
        foreach (var expert in chosen.cpu().data<long>().Distinct().Order())
        {
            var uses = chosen.eq(expert).nonzero(); // [N, 2] node, place
            var (nodes, places) = (uses.select(1, 0), uses.select(1, 1));
            var result = FeedForward(layer.FeedForward[(int)expert], input.index_select(0, nodes));
            var weight = weights.index_select(0, nodes).gather(1, places.unsqueeze(1)); // [N, 1]
            sum.index_add_(0, nodes, (result * weight).to_type(sum.dtype), 1);
        }

        return sum;
    }

    private Tensor OptionalNorm(Tensor x, Tensor? weight) => weight is null ? x : Norm(x, weight);

    // One norm over each head, or one over all where the weights are as wide.
    private Tensor HeadNorm(Tensor heads, Tensor weight) => Norm(heads.reshape(heads.shape[0], -1, weight.shape[0]), weight).reshape(heads.shape);

    // RMS norm (arXiv 1910.07467); all of it in float32.
    private Tensor Norm(Tensor x, Tensor weight)
    {
        var wide = x.to_type(ScalarType.Float32);
        var scale = rsqrt(wide.square().mean([-1], keepdim: true) + _decoder.NormEpsilon); // [T, 1]
        return (wide * scale * weight).to_type(x.dtype);
    }
}
