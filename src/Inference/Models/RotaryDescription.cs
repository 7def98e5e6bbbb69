namespace NGrammys.Inference.Models;

/// <summary>Rotary position embedding, scaling included (RoFormer, arXiv 2104.09864). Element i turns the pair (i, i + R / 2) of the first R elements of a head.</summary>
public sealed record RotaryDescription
{
    /// <summary>[R / 2] radians per position.</summary>
    public required double[] Frequencies { get; init; }

    /// <summary>Multiplies sines and cosines.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Sequences that may reach more positions than this use <see cref="LongFrequencies"/>, from their first position on.</summary>
    public int? LongBeyond { get; init; }

    /// <summary>[R / 2]; set where <see cref="LongBeyond"/> is.</summary>
    public double[]? LongFrequencies { get; init; }

    /// <summary>Whether a sequence that may take <paramref name="reach"/> positions uses the frequencies for long ones.</summary>
    public bool IsLong(int reach) => reach > LongBeyond;
}
