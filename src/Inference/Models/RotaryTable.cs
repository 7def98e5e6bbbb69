using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Models;

/// <summary>Cosines and sines of rotary position embedding, shared by the executors so that both turn by the same float32 numbers on every machine.</summary>
public sealed class RotaryTable
{
    /// <summary>Computes the table for <paramref name="positions"/> positions.</summary>
    public RotaryTable(DecoderDescription decoder, int positions)
    {
        var half = decoder.HeadSize / 2;
        (Half, Cosine, Sine) = (half, new float[positions * half], new float[positions * half]);
        for (var position = 0; position < positions; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var (sine, cosine) = Elementary.SinCos(position * decoder.RotaryFrequencies[i]);
                Cosine[position * half + i] = (float)cosine;
                Sine[position * half + i] = (float)sine;
            }
        }
    }

    /// <summary>E / 2.</summary>
    public int Half { get; }

    /// <summary>[positions, E / 2]</summary>
    public float[] Cosine { get; }

    /// <summary>[positions, E / 2]</summary>
    public float[] Sine { get; }
}
