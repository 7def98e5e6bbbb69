using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Sampling;

/// <summary>Standard Gumbel noise keyed by (seed, choice, position, token): a counter-based generator, so noise is a function and never a state.</summary>
public readonly struct GumbelNoise(ulong seed, int choice, int position)
{
    private readonly ulong _key = Mix(Mix(Mix(seed) + (uint)choice) + (uint)position);

    /// <summary>A number in (0, 1), uniform, with 53 random bits.</summary>
    public double Uniform(int token) => ((Mix(_key + (uint)token) >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>The noise that belongs to a <see cref="Uniform"/> number.</summary>
    public static double FromUniform(double uniform) => -Elementary.Log(-Elementary.Log(uniform));

    // SplitMix64 (Steele, Lea, Flood 2014): the increment and the finaliser.
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
