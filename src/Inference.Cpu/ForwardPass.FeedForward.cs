using NGrammys.Inference.Cpu.Kernels;
using NGrammys.Inference.Cpu.Weights;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu;

internal sealed unsafe partial class ForwardPass<TLanes>
{
    private readonly ExpertRouting _routing = new();
    private int _partsPerExpert;

    private float* FeedForwardInput => _layer.FeedForwardNorm is null ? _buffers.Hidden : _buffers.Normed;

    private void RunFeedForward()
    {
        if (_layer.FeedForwardNorm is not null) _pool.Run(_normForFeedForward, RowParts);
        _pool.Run(_gateAndUp, GateParts(_layer.FeedForward[0].Gate));
        _pool.Run(_down, Parts(_layer.FeedForward[0].Down));
        if (_layer.FeedForwardJoin is not null) _pool.Run(_joinFeedForward, RowParts);
    }

    private void RunExperts()
    {
        if (_layer.FeedForwardNorm is not null) _pool.Run(_normForFeedForward, RowParts);
        _pool.Run(_route, Parts(_layer.Router!));
        _routing.Fill(_decoder.Layers[_layerIndex].Experts!, _buffers.Router, _buffers.RouterStride, _batch.Count);
        _pool.Run(_gather, PartsOf(_routing.Count));
        _partsPerExpert = (Parts(_layer.FeedForward[0].Gate) + _routing.Active.Count - 1) / _routing.Active.Count;
        _pool.Run(_expertGateAndUp, _routing.Active.Count * _partsPerExpert);
        _pool.Run(_expertDown, _routing.Active.Count * _partsPerExpert);
        _pool.Run(_combine, RowParts);
        if (_layer.FeedForwardJoin is not null) _pool.Run(_joinFeedForward, RowParts);
    }

    // Gate and up of the same outputs in one part: the activation finds them in the cache, and needs no phase of its own.
    private void GateAndUp(PackedFeedForward layer, int part, int parts, float* x, int rows, float* gate, float* up, int stride)
    {
        var (first, last) = Range(WholeLaneTiles(layer.Gate), part, parts);
        var (firstTile, lastTile) = (first * PackedMatrix.Lanes, Math.Min(last * PackedMatrix.Lanes, layer.Gate.Tiles));
        ProductKernel<TLanes>.Run(layer.Gate, firstTile, lastTile, x, _buffers.HiddenStride, rows, gate, stride, false);
        ProductKernel<TLanes>.Run(layer.Up, firstTile, lastTile, x, _buffers.HiddenStride, rows, up, stride, false);
        var (output, end) = (firstTile * PackedMatrix.TileRows, Math.Min(lastTile * PackedMatrix.TileRows, layer.Gate.Outputs));
        for (var row = 0; row < rows; row++)
        {
            var g = gate + (long)row * stride + output;
            var u = up + (long)row * stride + output;
            if (layer.GateBias is not null) RowKernels<TLanes>.Add(g, layer.GateBias.Values + output, end - output, 1);
            if (layer.UpBias is not null) RowKernels<TLanes>.Add(u, layer.UpBias.Values + output, end - output, 1);
            if (_decoder.Activation == Activation.Silu) RowKernels<TLanes>.GatedSilu(g, u, end - output);
            else RowKernels<TLanes>.GatedGelu(g, u, end - output);
        }
    }

    // Sixteen tiles end where lanes end, so two parts never share a register.
    private static int WholeLaneTiles(PackedMatrix matrix) => (matrix.Tiles + PackedMatrix.Lanes - 1) / PackedMatrix.Lanes;

    private int GateParts(PackedMatrix matrix) => Math.Min(WholeLaneTiles(matrix), Parts(matrix));

    private void Gather(int part)
    {
        var end = Math.Min((part + 1) * RowsPerPart, _routing.Count);
        for (var slot = part * RowsPerPart; slot < end; slot++)
        {
            var source = new Span<float>(FeedForwardInput + (long)_routing.Nodes[slot] * _buffers.HiddenStride, _buffers.HiddenStride);
            source.CopyTo(new Span<float>(_buffers.ExpertRows + (long)slot * _buffers.HiddenStride, _buffers.HiddenStride));
        }
    }

    private void ExpertGateAndUp(int part)
    {
        var (expert, start, rows) = Expert(part);
        var at = (long)start * _buffers.ExpertStride;
        GateAndUp(
            _layer.FeedForward[expert], part % _partsPerExpert, _partsPerExpert, _buffers.ExpertRows + (long)start * _buffers.HiddenStride, rows,
            _buffers.ExpertGate + at, _buffers.ExpertUp + at, _buffers.ExpertStride);
    }

    private void ExpertDown(int part)
    {
        var (expert, start, rows) = Expert(part);
        var down = _layer.FeedForward[expert].Down;
        var (first, last) = Range(down.Tiles, part % _partsPerExpert, _partsPerExpert);
        var x = _buffers.ExpertGate + (long)start * _buffers.ExpertStride;
        var y = _buffers.ExpertRows + (long)start * _buffers.HiddenStride;
        ProductKernel<TLanes>.Run(down, first, last, x, _buffers.ExpertStride, rows, y, _buffers.HiddenStride, false);
    }

    private (int Expert, int Start, int Rows) Expert(int part)
    {
        var expert = _routing.Active[part / _partsPerExpert];
        var start = _routing.Starts[expert];
        return (expert, start, _routing.Starts[expert + 1] - start);
    }

    // A node's experts in ascending order, first among themselves and then to the residual stream.
    private void Combine(int part)
    {
        var end = Math.Min((part + 1) * RowsPerPart, _batch.Count);
        for (var node = part * RowsPerPart; node < end; node++)
        {
            var sum = _buffers.Normed + (long)node * _buffers.HiddenStride;
            new Span<float>(sum, _buffers.HiddenStride).Clear();
            foreach (var slot in _routing.Slots(node))
                RowKernels<TLanes>.Add(sum, _buffers.ExpertRows + (long)slot * _buffers.HiddenStride, _decoder.HiddenSize, _routing.Weights[slot]);
            if (_layer.FeedForwardJoin is null) RowKernels<TLanes>.Add(_buffers.Hidden + (long)node * _buffers.HiddenStride, sum, _decoder.HiddenSize, 1);
        }
    }
}
