using NGrammys.Inference.Cpu.Kernels;
using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Cpu.Weights;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu;

/// <summary>One step of a decoder, whatever the width of the machine's registers.</summary>
internal abstract unsafe class ForwardPass : IDisposable
{
    /// <summary>Computes a batch that is not empty; see <see cref="IForwardExecutor.Forward"/>.</summary>
    /// <param name="batch">The nodes.</param>
    /// <param name="logits">[outputs, V]</param>
    public abstract void Run(ForwardBatch batch, float* logits);

    public abstract void Dispose();
}

/// <summary>One step as phases, each cut into parts for the pool. A part computes whole outputs, so no result depends on the cut.</summary>
internal sealed unsafe partial class ForwardPass<TLanes> : ForwardPass
    where TLanes : struct, ILanes<TLanes>
{
    private const int RowsPerPart = 16;
    private const int PartsPerThread = 4;

    private readonly DecoderDescription _decoder;
    private readonly PackedDecoder _weights;
    private readonly KvSlab _kv;
    private readonly WorkerPool _pool;
    private readonly Action<int, int> _normForAttention, _project, _rotate, _attend, _output, _normForFeedForward, _gateAndUp, _down, _head, _softcap;
    private readonly Action<int, int> _joinAttention, _joinFeedForward, _route, _gather, _expertGateAndUp, _expertDown, _combine;
    private StepBuffers _buffers;
    private ForwardBatch _batch = new();
    private PackedLayer _layer;
    private int _layerIndex;
    private float* _logits;

    public ForwardPass(DecoderDescription decoder, PackedDecoder weights, KvSlab kv, WorkerPool pool)
    {
        (_decoder, _weights, _kv, _pool, _layer) = (decoder, weights, kv, pool, weights.Layers[0]);
        _rotary = RotaryTable.Create(decoder, Math.Min(decoder.ContextLength, kv.Rows));
        _buffers = new StepBuffers(decoder, pool.Threads, 64, 1024);
        // Made once: a delegate made in a step would be garbage.
        _normForAttention = (part, _) => Norm(part, _layer.AttentionNorm!);
        _project = (part, _) => Product(_layer.QueryKeyValue, part, AttentionInput, _buffers.HiddenStride, _buffers.Projected, _buffers.ProjectedStride, false);
        _rotate = Rotate;
        _attend = Attend;
        _output = (part, _) => Join(_layer.Output, _layer.AttentionJoin, part, _buffers.Attended, _buffers.AttendedStride);
        _joinAttention = (part, _) => Join(_layer.AttentionJoin!, part);
        _normForFeedForward = (part, _) => Norm(part, _layer.FeedForwardNorm!);
        _gateAndUp = (part, _) => GateAndUp(
            _layer.FeedForward[0], part, GateParts(_layer.FeedForward[0].Gate), FeedForwardInput, _batch.Count, _buffers.Gate, _buffers.Up, _buffers.IntermediateStride);
        _down = (part, _) => Join(_layer.FeedForward[0].Down, _layer.FeedForwardJoin, part, _buffers.Gate, _buffers.IntermediateStride);
        _joinFeedForward = (part, _) => Join(_layer.FeedForwardJoin!, part);
        _route = (part, _) => Product(_layer.Router!, part, FeedForwardInput, _buffers.HiddenStride, _buffers.Router, _buffers.RouterStride, false);
        _gather = (part, _) => Gather(part);
        _expertGateAndUp = (part, _) => ExpertGateAndUp(part);
        _expertDown = (part, _) => ExpertDown(part);
        _combine = (part, _) => Combine(part);
        _head = Head;
        _softcap = (part, _) => RowKernels<TLanes>.Softcap(_logits + (long)part * decoder.VocabularySize, decoder.VocabularySize, decoder.LogitSoftcap);
    }

    private int RowParts => PartsOf(_batch.Count);

    public override void Run(ForwardBatch batch, float* logits)
    {
        _batch = batch;
        _logits = logits;
        Reserve();
        _paths.Fill(batch);
        AttentionTile.Fill(_tiles, batch, _paths);
        for (var node = 0; node < batch.Count; node++) Embed(batch.Tokens[node], new Span<float>(_buffers.Hidden + (long)node * _buffers.HiddenStride, _decoder.HiddenSize));
        for (_layerIndex = 0; _layerIndex < _decoder.Layers.Count; _layerIndex++)
        {
            _layer = _weights.Layers[_layerIndex];
            RunAttention();
            if (_layer.Router is null) RunFeedForward();
            else RunExperts();
        }

        if (batch.Outputs.Count == 0) return;
        for (var i = 0; i < batch.Outputs.Count; i++) NormRow(batch.Outputs[i], _weights.FinalNorm, i);
        _pool.Run(_head, Parts(_weights.Head));
        if (_decoder.LogitSoftcap != 0) _pool.Run(_softcap, batch.Outputs.Count);
    }

    public override void Dispose() => _buffers.Dispose();

    private void Reserve()
    {
        var positions = 0;
        foreach (var slice in _batch.Slices) positions = Math.Max(positions, slice.PrefixLength + slice.Count);
        if (_batch.Count <= _buffers.Nodes && positions <= _buffers.Positions) return;
        // A conversation grows token by token; twice the room spares its buffers from growing with it.
        var room = positions > _buffers.Positions ? 2 * positions : _buffers.Positions;
        var nodes = Math.Max(_batch.Count, _buffers.Nodes);
        _buffers.Dispose();
        _buffers = new StepBuffers(_decoder, _pool.Threads, nodes, room);
    }

    private void Embed(int token, Span<float> row)
    {
        _weights.Embedding.ReadRow(token, row);
        if (_decoder.EmbeddingScale == 1) return;
        for (var i = 0; i < row.Length; i++) row[i] *= _decoder.EmbeddingScale;
    }

    private static int PartsOf(int rows) => (rows + RowsPerPart - 1) / RowsPerPart;

    private int Parts(PackedMatrix matrix) => Math.Min(matrix.Tiles, _pool.Threads == 1 ? 1 : _pool.Threads * PartsPerThread);

    private void Product(PackedMatrix matrix, int part, float* x, int xStride, float* y, int yStride, bool add)
    {
        var (first, last) = Range(matrix.Tiles, part, Parts(matrix));
        ProductKernel<TLanes>.Run(matrix, first, last, x, xStride, _batch.Count, y, yStride, add);
    }

    private static (int First, int Last) Range(int count, int part, int parts) => ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    private void Norm(int part, PackedVector weights)
    {
        var end = Math.Min((part + 1) * RowsPerPart, _batch.Count);
        for (var node = part * RowsPerPart; node < end; node++) NormRow(node, weights, node);
    }

    private void NormRow(int from, PackedVector weights, int to)
    {
        var source = _buffers.Hidden + (long)from * _buffers.HiddenStride;
        var destination = _buffers.Normed + (long)to * _buffers.HiddenStride;
        RowKernels<TLanes>.Norm(source, weights.Values, _decoder.HiddenSize, _decoder.NormEpsilon, destination);
    }

    // The last product of a half: into the residual stream, or beside it where a phase of its own has to join them.
    private void Join(PackedMatrix matrix, PackedJoin? join, int part, float* x, int xStride) =>
        Product(matrix, part, x, xStride, join is null ? _buffers.Hidden : _buffers.Normed, _buffers.HiddenStride, add: join is null);

    private void Join(PackedJoin join, int part)
    {
        var end = Math.Min((part + 1) * RowsPerPart, _batch.Count);
        for (var node = part * RowsPerPart; node < end; node++)
        {
            var result = _buffers.Normed + (long)node * _buffers.HiddenStride;
            if (join.Bias is not null) RowKernels<TLanes>.Add(result, join.Bias.Values, _decoder.HiddenSize, 1);
            if (join.Norm is not null) RowKernels<TLanes>.Norm(result, join.Norm.Values, _decoder.HiddenSize, _decoder.NormEpsilon, result);
            RowKernels<TLanes>.Add(_buffers.Hidden + (long)node * _buffers.HiddenStride, result, _decoder.HiddenSize, join.Scale);
        }
    }

    private void Head(int part, int worker)
    {
        var (first, last) = Range(_weights.Head.Tiles, part, Parts(_weights.Head));
        ProductKernel<TLanes>.Run(
            _weights.Head, first, last, _buffers.Normed, _buffers.HiddenStride, _batch.Outputs.Count, _logits, _decoder.VocabularySize, false);
    }
}
