using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>Turns queries and keys by their positions (RoFormer, arXiv 2104.09864), in float32 whatever their type.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _cosine; // [P, 1, E / 2]
    private readonly Tensor _sine; // [P, 1, E / 2]

    public RotaryEmbedding(DecoderDescription decoder, int positions, Device device)
    {
        var table = new RotaryTable(decoder, positions);
        Tensor Upload(float[] values) => tensor(values, [positions, 1, table.Half], device: device).DetachFromDisposeScope();
        (_cosine, _sine) = (Upload(table.Cosine), Upload(table.Sine));
    }

    /// <summary>The turns for the nodes of a step.</summary>
    /// <param name="positions">[T]</param>
    /// <returns>Cosines and sines, [T, 1, E / 2] each.</returns>
    public (Tensor Cosine, Tensor Sine) At(Tensor positions) => (_cosine.index_select(0, positions), _sine.index_select(0, positions));

    /// <summary>Turns the pairs (i, i + E / 2) of every head.</summary>
    /// <param name="heads">[T, heads, E]</param>
    /// <param name="turn">What <see cref="At"/> gave.</param>
    /// <returns>[T, heads, E]</returns>
    public static Tensor Apply(Tensor heads, (Tensor Cosine, Tensor Sine) turn)
    {
        var halves = heads.to_type(ScalarType.Float32).chunk(2, -1);
        var (low, high) = (halves[0], halves[1]); // [T, heads, E / 2]
        var (cosine, sine) = turn;
        return cat([low * cosine - high * sine, high * cosine + low * sine], -1).to_type(heads.dtype);
    }

    public void Dispose()
    {
        _cosine.Dispose();
        _sine.Dispose();
    }
}
