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
internal sealed unsafe class ForwardPass<TLanes> : ForwardPass
    where TLanes : struct, ILanes<TLanes>
{
    private const int RowsPerPart = 16;
    private const int PartsPerThread = 4;

    private readonly DecoderDescription _decoder;
    private readonly PackedDecoder _weights;
    private readonly KvSlab _kv;
    private readonly WorkerPool _pool;
    private readonly RotaryTable _rotary;
    private readonly AncestorPaths _paths = new();
    private readonly List<AttentionTile> _tiles = [];
    private readonly Action<int, int> _normForAttention, _project, _rotate, _attend, _output, _normForFeedForward, _gateAndUp, _down, _head;
    private StepBuffers _buffers;
    private ForwardBatch _batch = new();
    private PackedLayer _layer;
    private int _layerIndex;
    private float* _logits;

    public ForwardPass(DecoderDescription decoder, PackedDecoder weights, KvSlab kv, WorkerPool pool)
    {
        (_decoder, _weights, _kv, _pool, _layer) = (decoder, weights, kv, pool, weights.Layers[0]);
        _rotary = new RotaryTable(decoder, Math.Min(decoder.ContextLength, kv.Rows));
        _buffers = new StepBuffers(decoder, pool.Threads, 64, 1024);
        // Made once: a delegate made in a step would be garbage.
        _normForAttention = (part, _) => Norm(part, _layer.AttentionNorm.Floats);
        _project = (part, _) => Product(_layer.QueryKeyValue, part, _buffers.Normed, _buffers.HiddenStride, _buffers.Projected, _buffers.ProjectedStride, false);
        _rotate = Rotate;
        _attend = Attend;
        _output = (part, _) => Product(_layer.Output, part, _buffers.Attended, _buffers.AttendedStride, _buffers.Hidden, _buffers.HiddenStride, true);
        _normForFeedForward = (part, _) => Norm(part, _layer.FeedForwardNorm.Floats);
        _gateAndUp = GateAndUp;
        _down = (part, _) => Product(_layer.Down, part, _buffers.Gate, _buffers.IntermediateStride, _buffers.Hidden, _buffers.HiddenStride, true);
        _head = Head;
    }

    private int Group => _decoder.Heads / _decoder.KvHeads;

    private int RowParts => (_batch.Count + RowsPerPart - 1) / RowsPerPart;

    public override void Run(ForwardBatch batch, float* logits)
    {
        _batch = batch;
        _logits = logits;
        Reserve();
        _paths.Fill(batch);
        AttentionTile.Fill(_tiles, batch, _paths);
        for (var node = 0; node < batch.Count; node++)
            _weights.Embedding.ReadRow(batch.Tokens[node], new Span<float>(_buffers.Hidden + (long)node * _buffers.HiddenStride, _decoder.HiddenSize));
        for (_layerIndex = 0; _layerIndex < _decoder.Layers; _layerIndex++)
        {
            _layer = _weights.Layers[_layerIndex];
            _pool.Run(_normForAttention, RowParts);
            _pool.Run(_project, Parts(_layer.QueryKeyValue));
            _pool.Run(_rotate, RowParts);
            _pool.Run(_attend, _tiles.Count * _decoder.KvHeads);
            _pool.Run(_output, Parts(_layer.Output));
            _pool.Run(_normForFeedForward, RowParts);
            _pool.Run(_gateAndUp, GateParts(_layer.Gate));
            _pool.Run(_down, Parts(_layer.Down));
        }

        if (batch.Outputs.Count == 0) return;
        for (var i = 0; i < batch.Outputs.Count; i++) NormRow(batch.Outputs[i], _weights.FinalNorm.Floats, i);
        _pool.Run(_head, Parts(_weights.Head));
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

    private int Parts(PackedMatrix matrix) => Math.Min(matrix.Tiles, _pool.Threads == 1 ? 1 : _pool.Threads * PartsPerThread);

    private void Product(PackedMatrix matrix, int part, float* x, int xStride, float* y, int yStride, bool add)
    {
        var (first, last) = Range(matrix.Tiles, part, Parts(matrix));
        ProductKernel<TLanes>.Run(matrix, first, last, x, xStride, _batch.Count, y, yStride, add);
    }

    private static (int First, int Last) Range(int count, int part, int parts) => ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    private void Norm(int part, float* weights)
    {
        var end = Math.Min((part + 1) * RowsPerPart, _batch.Count);
        for (var node = part * RowsPerPart; node < end; node++) NormRow(node, weights, node);
    }

    private void NormRow(int from, float* weights, int to)
    {
        var source = _buffers.Hidden + (long)from * _buffers.HiddenStride;
        var destination = _buffers.Normed + (long)to * _buffers.HiddenStride;
        RowKernels<TLanes>.Norm(source, weights, _decoder.HiddenSize, _decoder.NormEpsilon, destination);
    }

    private void Rotate(int part, int worker)
    {
        foreach (var slice in _batch.Slices)
        {
            var first = Math.Max(slice.Start, part * RowsPerPart);
            var end = Math.Min(slice.Start + slice.Count, (part + 1) * RowsPerPart);
            for (var node = first; node < end; node++) RotateNode(node, slice.FirstRow + slice.PrefixLength + node - slice.Start);
        }
    }

    private void RotateNode(int node, int row)
    {
        var (size, half) = (_decoder.HeadSize, _rotary.Half);
        var cosine = _rotary.Cosine.AsSpan(_batch.Positions[node] * half, half);
        var sine = _rotary.Sine.AsSpan(_batch.Positions[node] * half, half);
        var scale = 1 / MathF.Sqrt(size);
        var head = _buffers.Projected + (long)node * _buffers.ProjectedStride;
        for (var i = 0; i < _decoder.Heads; i++, head += size)
            RowKernels<TLanes>.Rotate(head, half, cosine, sine, scale, Query(i / Group, node) + i % Group * size);
        for (var i = 0; i < _decoder.KvHeads; i++, head += size)
        {
            RowKernels<TLanes>.Rotate(head, half, cosine, sine, 1, head);
            _kv.Write(_layerIndex, i, row, head, head + _decoder.KvHeads * size);
        }
    }

    private float* Query(int kvHead, int node) => _buffers.Queries + ((long)kvHead * _batch.Count + node) * Group * _decoder.HeadSize;

    private void Attend(int part, int worker)
    {
        var (tile, kvHead) = (_tiles[part / _decoder.KvHeads], part % _decoder.KvHeads);
        var sums = _buffers.Sums + (long)worker * _buffers.SumsPerThread;
        Attention<TLanes>.Run(
            tile, _paths, _kv.Keys(_layerIndex, kvHead), _kv.Values(_layerIndex, kvHead), _kv.ValueStride, _decoder.HeadSize,
            Query(kvHead, tile.First), Group, _buffers.Scores + (long)worker * _buffers.ScoresPerThread, _buffers.ScoreStride, sums);
        for (var query = 0; query < tile.Count * Group; query++)
        {
            var row = _buffers.Attended + (long)(tile.First + query / Group) * _buffers.AttendedStride;
            var destination = new Span<float>(row + (kvHead * Group + query % Group) * _decoder.HeadSize, _decoder.HeadSize);
            new Span<float>(sums + query * _kv.ValueStride, _decoder.HeadSize).CopyTo(destination);
        }
    }

    // Gate and up of the same outputs in one part: the activation finds them in the cache, and needs no phase of its own.
    private void GateAndUp(int part, int worker)
    {
        var (gate, up, nodes) = (_layer.Gate, _layer.Up, _batch.Count);
        var (first, last) = Range(WholeLaneTiles(gate), part, GateParts(gate));
        var (firstTile, lastTile) = (first * PackedMatrix.Lanes, Math.Min(last * PackedMatrix.Lanes, gate.Tiles));
        ProductKernel<TLanes>.Run(gate, firstTile, lastTile, _buffers.Normed, _buffers.HiddenStride, nodes, _buffers.Gate, _buffers.IntermediateStride, false);
        ProductKernel<TLanes>.Run(up, firstTile, lastTile, _buffers.Normed, _buffers.HiddenStride, nodes, _buffers.Up, _buffers.IntermediateStride, false);
        var (output, end) = (firstTile * PackedMatrix.TileRows, Math.Min(lastTile * PackedMatrix.TileRows, gate.Outputs));
        for (var node = 0; node < nodes; node++)
        {
            var at = (long)node * _buffers.IntermediateStride + output;
            RowKernels<TLanes>.GatedSilu(_buffers.Gate + at, _buffers.Up + at, end - output);
        }
    }

    // Sixteen tiles end where lanes end, so two parts never share a register.
    private static int WholeLaneTiles(PackedMatrix matrix) => (matrix.Tiles + PackedMatrix.Lanes - 1) / PackedMatrix.Lanes;

    private int GateParts(PackedMatrix matrix) => Math.Min(WholeLaneTiles(matrix), Parts(matrix));

    private void Head(int part, int worker)
    {
        var (first, last) = Range(_weights.Head.Tiles, part, Parts(_weights.Head));
        ProductKernel<TLanes>.Run(
            _weights.Head, first, last, _buffers.Normed, _buffers.HiddenStride, _batch.Outputs.Count, _logits, _decoder.VocabularySize, false);
    }
}
