using System.Runtime.InteropServices;
using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Cpu.Weights;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu;

/// <summary>Runs a decoder on the processor with managed kernels in float32 arithmetic.</summary>
/// <remarks>
/// Exact by construction: the logits and KV of a node are the same bits at any batch size, chunking, company and number of threads, and on every width of
/// vector registers. All weights are copied at construction; the model's files may be closed behind it.
/// </remarks>
public sealed unsafe class CpuExecutor : IForwardExecutor
{
    private readonly DecoderDescription _decoder;
    private readonly PackedDecoder _weights;
    private readonly KvSlab _kv;
    private readonly WorkerPool _pool;
    private readonly ForwardPass _pass;

    /// <summary>Packs the weights and reserves the KV cache.</summary>
    /// <param name="decoder">The model as numbers.</param>
    /// <param name="weights">Its tensors; read only during construction.</param>
    /// <param name="arithmetic">float32 keeps the weights as they are stored; bfloat16 rounds wider ones, for half the memory traffic; int8 rounds all
    /// matrices, for half of that.</param>
    /// <param name="kvRows">Rows of the KV cache.</param>
    /// <param name="threads">Threads that compute, the engine's own included; 0: one per processor.</param>
    public CpuExecutor(DecoderDescription decoder, DecoderWeights weights, DataType arithmetic, int kvRows, int threads = 0)
        : this(decoder, weights, arithmetic, kvRows, threads, VectorWidths.Best)
    {
    }

    internal CpuExecutor(DecoderDescription decoder, DecoderWeights weights, DataType arithmetic, int kvRows, int threads, VectorWidth width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kvRows);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (arithmetic == DataType.Float16) throw new ArgumentOutOfRangeException(nameof(arithmetic), arithmetic, "Choose float32, bfloat16 or int8.");
        _decoder = decoder;
        _weights = new PackedDecoder(decoder, arithmetic, weights);
        _kv = new KvSlab(decoder.Layers.Count, decoder.KvHeads, decoder.HeadSize, kvRows);
        _pool = new WorkerPool(threads == 0 ? Environment.ProcessorCount : threads);
        _pass = width switch
        {
            VectorWidth.Bits512 => new ForwardPass<Lanes512>(decoder, _weights, _kv, _pool),
            VectorWidth.Bits256 => new ForwardPass<Lanes256>(decoder, _weights, _kv, _pool),
            _ => new ForwardPass<LanesScalar>(decoder, _weights, _kv, _pool),
        };
    }

    /// <inheritdoc/>
    public string Device => "cpu";

    /// <inheritdoc/>
    public int KvRows => _kv.Rows;

    /// <inheritdoc/>
    public void Forward(ForwardBatch batch, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(logits.Length, batch.Outputs.Count * _decoder.VocabularySize, nameof(logits));
        Check(batch);
        if (batch.Count == 0) return;
        fixed (float* first = logits) _pass.Run(batch, first);
    }

    /// <inheritdoc/>
    public void MoveRows(ReadOnlySpan<int> from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(to);
        for (var i = 0; i < from.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(from[i], to + i, nameof(from));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from[i], KvRows, nameof(from));
        }

        _kv.Move(from, to);
    }

    /// <inheritdoc/>
    public void CopyRows(int from, int to, int count)
    {
        CheckRows(from, count);
        CheckRows(to, count);
        _kv.Copy(from, to, count);
    }

    /// <summary>False: rows kept elsewhere would lie in the same memory.</summary>
    public bool HasOwnMemory => false;

    /// <inheritdoc/>
    public int RowBytes => _decoder.KvElementsPerRow * sizeof(float);

    /// <inheritdoc/>
    public void ReadRows(int first, int count, Span<byte> rows)
    {
        CheckRows(first, count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, count * RowBytes, nameof(rows));
        _kv.Read(first, MemoryMarshal.Cast<byte, float>(rows));
    }

    /// <inheritdoc/>
    public void WriteRows(ReadOnlySpan<byte> rows, int first, int count)
    {
        CheckRows(first, count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, count * RowBytes, nameof(rows));
        _kv.Write(MemoryMarshal.Cast<byte, float>(rows), first);
    }

    /// <inheritdoc/>
    public int AnglesOf(int reach) => _decoder.AnglesOf(reach);

    /// <inheritdoc/>
    public void Dispose()
    {
        _pool.Dispose();
        _pass.Dispose();
        _kv.Dispose();
        _weights.Dispose();
    }

    private void CheckRows(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, KvRows - first);
    }

    // Kernels compute addresses without asking, and on threads of their own: a mistake must end here.
    private void Check(ForwardBatch batch)
    {
        var positions = Math.Min(_decoder.ContextLength, KvRows);
        foreach (var token in batch.Tokens)
        {
            if ((uint)token >= (uint)_decoder.VocabularySize) throw new ArgumentException($"Token {token} is not in the vocabulary.", nameof(batch));
        }

        foreach (var position in batch.Positions)
        {
            if (position >= positions) throw new ArgumentException($"Position {position} lies behind the last, {positions - 1}.", nameof(batch));
        }

        foreach (var slice in batch.Slices)
        {
            if (slice.FirstRow < 0 || slice.FirstRow + slice.PrefixLength + slice.Count > KvRows)
                throw new ArgumentException($"{slice} does not lie within the {KvRows} rows of the KV cache.", nameof(batch));
        }
    }
}
