using NGrammys.Inference.Cpu.Kernels;
using NGrammys.Inference.Cpu.Weights;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu;

internal sealed unsafe partial class ForwardPass<TLanes>
{
    private readonly Dictionary<RotaryDescription, (RotaryTable Short, RotaryTable Long)> _rotary;
    private readonly AncestorPaths _paths = new();
    private readonly List<AttentionTile> _tiles = [];

    private int Group => _decoder.Heads / _decoder.KvHeads;

    private float* AttentionInput => _layer.AttentionNorm is null ? _buffers.Hidden : _buffers.Normed;

    private void RunAttention()
    {
        if (_layer.AttentionNorm is not null) _pool.Run(_normForAttention, RowParts);
        _pool.Run(_project, Parts(_layer.QueryKeyValue));
        _pool.Run(_rotate, RowParts);
        _pool.Run(_attend, _tiles.Count * _decoder.KvHeads);
        _pool.Run(_output, Parts(_layer.Output));
        if (_layer.AttentionJoin is not null) _pool.Run(_joinAttention, RowParts);
    }

    private void Rotate(int part, int worker)
    {
        var rotary = _decoder.Layers[_layerIndex].Rotary;
        foreach (var slice in _batch.Slices)
        {
            var table = rotary is null ? null : rotary.IsLong(slice.Reach) ? _rotary[rotary].Long : _rotary[rotary].Short;
            var first = Math.Max(slice.Start, part * RowsPerPart);
            var end = Math.Min(slice.Start + slice.Count, (part + 1) * RowsPerPart);
            for (var node = first; node < end; node++) RotateNode(node, slice.FirstRow + slice.PrefixLength + node - slice.Start, table, worker);
        }
    }

    private void RotateNode(int node, int row, RotaryTable? table, int worker)
    {
        var (size, half) = (_decoder.HeadSize, table?.Half ?? 0);
        var cosine = table is null ? default : table.Cosine.AsSpan(_batch.Positions[node] * half, half);
        var sine = table is null ? default : table.Sine.AsSpan(_batch.Positions[node] * half, half);
        var head = _buffers.Projected + (long)node * _buffers.ProjectedStride;
        if (_layer.ProjectionBias is { } bias) RowKernels<TLanes>.Add(head, bias.Values, bias.Count, 1);
        if (_layer.QueryNorm is { } queryNorm) NormHeads(head, _decoder.Heads * size, queryNorm, worker);
        if (_layer.KeyNorm is { } keyNorm) NormHeads(head + _decoder.Heads * size, _decoder.KvHeads * size, keyNorm, worker);
        for (var i = 0; i < _decoder.Heads; i++, head += size)
            RowKernels<TLanes>.Rotate(head, size, half, cosine, sine, _decoder.AttentionScale, Query(i / Group, node) + i % Group * size);
        for (var i = 0; i < _decoder.KvHeads; i++, head += size)
        {
            RowKernels<TLanes>.Rotate(head, size, half, cosine, sine, 1, head);
            _kv.Write(_layerIndex, i, row, head, head + _decoder.KvHeads * size);
        }
    }

    // Heads stand side by side, and lanes must not reach from one into the next.
    private void NormHeads(float* heads, int elements, PackedVector weights, int worker)
    {
        var row = _buffers.HeadRows + (long)worker * _buffers.ProjectedStride;
        var padded = (weights.Count + PackedMatrix.Lanes - 1) / PackedMatrix.Lanes * PackedMatrix.Lanes;
        for (var head = heads; head < heads + elements; head += weights.Count)
        {
            new Span<float>(row + weights.Count, padded - weights.Count).Clear();
            new Span<float>(head, weights.Count).CopyTo(new Span<float>(row, weights.Count));
            RowKernels<TLanes>.Norm(row, weights.Values, weights.Count, _decoder.NormEpsilon, row);
            new Span<float>(row, weights.Count).CopyTo(new Span<float>(head, weights.Count));
        }
    }

    private float* Query(int kvHead, int node) => _buffers.Queries + ((long)kvHead * _batch.Count + node) * Group * _decoder.HeadSize;

    private void Attend(int part, int worker)
    {
        var (tile, kvHead) = (_tiles[part / _decoder.KvHeads], part % _decoder.KvHeads);
        var sums = _buffers.Sums + (long)worker * _buffers.SumsPerThread;
        Attention<TLanes>.Run(
            tile, _paths, _kv.Keys(_layerIndex, kvHead), _kv.Values(_layerIndex, kvHead), _kv.ValueStride, _decoder.HeadSize,
            Query(kvHead, tile.First), Group, _buffers.Scores + (long)worker * _buffers.ScoresPerThread, _buffers.ScoreStride, sums,
            _decoder.Layers[_layerIndex].Window ?? int.MaxValue, _decoder.AttentionSoftcap);
        for (var query = 0; query < tile.Count * Group; query++)
        {
            var row = _buffers.Attended + (long)(tile.First + query / Group) * _buffers.AttendedStride;
            var destination = new Span<float>(row + (kvHead * Group + query % Group) * _decoder.HeadSize, _decoder.HeadSize);
            new Span<float>(sums + query * _kv.ValueStride, _decoder.HeadSize).CopyTo(destination);
        }
    }
}
