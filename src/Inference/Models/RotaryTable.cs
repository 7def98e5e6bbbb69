using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Models;

/// <summary>Cosines and sines of rotary position embedding, shared by the executors so that both turn by the same float32 numbers on every machine.</summary>
public sealed class RotaryTable
{
    private RotaryTable(double[] frequencies, double factor, int positions)
    {
        var half = frequencies.Length;
        (Half, Cosine, Sine) = (half, new float[positions * half], new float[positions * half]);
        for (var position = 0; position < positions; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var (sine, cosine) = Elementary.SinCos(position * frequencies[i]);
                Cosine[position * half + i] = (float)(cosine * factor);
                Sine[position * half + i] = (float)(sine * factor);
            }
        }
    }

    /// <summary>R / 2.</summary>
    public int Half { get; }

    /// <summary>[positions, R / 2]</summary>
    public float[] Cosine { get; }

    /// <summary>[positions, R / 2]</summary>
    public float[] Sine { get; }

    /// <summary>The tables of every rotary embedding of a decoder for <paramref name="positions"/> positions: for short sequences, and for long ones where
    /// those differ (else the same object twice).</summary>
    public static Dictionary<RotaryDescription, (RotaryTable Short, RotaryTable Long)> Create(DecoderDescription decoder, int positions) =>
        decoder.Layers.Select(layer => layer.Rotary).OfType<RotaryDescription>().Distinct().ToDictionary(rotary => rotary, rotary =>
        {
            var table = new RotaryTable(rotary.Frequencies, rotary.Factor, positions);
            return (table, rotary.LongFrequencies is { } frequencies ? new RotaryTable(frequencies, rotary.Factor, positions) : table);
        });
}
