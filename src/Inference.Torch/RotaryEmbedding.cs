using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>Cosines and sines of a step's nodes, [T, 1, R / 2] each.</summary>
internal readonly record struct Turn(Tensor Cosine, Tensor Sine);

/// <summary>Turns queries and keys by their positions (RoFormer, arXiv 2104.09864), in float32 whatever their type.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Dictionary<RotaryDescription, (Turn Short, Turn Long)> _tables; // [P, 1, R / 2] each

    public RotaryEmbedding(DecoderDescription decoder, int positions, Device device)
    {
        Tensor Upload(float[] values, int half) => tensor(values, [positions, 1, half], device: device).DetachFromDisposeScope();
        Turn Table(RotaryTable table) => new(Upload(table.Cosine, table.Half), Upload(table.Sine, table.Half));
        _tables = RotaryTable.Create(decoder, positions).ToDictionary(entry => entry.Key, entry =>
        {
            var shorter = Table(entry.Value.Short);
            return (shorter, entry.Value.Long == entry.Value.Short ? shorter : Table(entry.Value.Long));
        });
    }

    /// <summary>The turns for the nodes of a step, for every embedding of the model.</summary>
    /// <param name="batch">The nodes.</param>
    /// <param name="positions">[T]</param>
    public Dictionary<RotaryDescription, Turn> At(ForwardBatch batch, Tensor positions) => _tables.ToDictionary(entry => entry.Key, entry =>
    {
        var (shorter, longer) = entry.Value;
        var first = batch.Slices.Count > 0 && entry.Key.IsLong(batch.Slices[0].Reach);
        if (shorter == longer || batch.Slices.TrueForAll(slice => entry.Key.IsLong(slice.Reach) == first)) return Select(first ? longer : shorter, positions);
        var turns = batch.Slices.Where(slice => slice.Count > 0)
            .Select(slice => Select(entry.Key.IsLong(slice.Reach) ? longer : shorter, positions.narrow(0, slice.Start, slice.Count))).ToArray();
        return new Turn(cat([.. turns.Select(turn => turn.Cosine)], 0), cat([.. turns.Select(turn => turn.Sine)], 0));
    });

    /// <summary>Turns the pairs (i, i + R / 2) of the first R elements of every head.</summary>
    /// <param name="heads">[T, heads, E]</param>
    /// <param name="turn">What <see cref="At"/> gave.</param>
    /// <returns>[T, heads, E]</returns>
    public static Tensor Apply(Tensor heads, Turn turn)
    {
        var (cosine, sine) = (turn.Cosine, turn.Sine);
        var half = cosine.shape[^1];
        var wide = heads.to_type(ScalarType.Float32);
        var (low, high) = (wide.narrow(-1, 0, half), wide.narrow(-1, half, half)); // [T, heads, R / 2]
        var rest = wide.narrow(-1, 2 * half, wide.shape[^1] - 2 * half);
        return cat([low * cosine - high * sine, high * cosine + low * sine, rest], -1).to_type(heads.dtype);
    }

    public void Dispose()
    {
        foreach (var (shorter, longer) in _tables.Values)
        {
            foreach (var tensor in (Tensor[])[shorter.Cosine, shorter.Sine, longer.Cosine, longer.Sine]) tensor.Dispose();
        }
    }

    private static Turn Select(Turn table, Tensor positions) => new(table.Cosine.index_select(0, positions), table.Sine.index_select(0, positions));
}
