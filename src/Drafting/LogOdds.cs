using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NGrammys.Drafting;

/// <summary>Probabilities and the logarithms of their odds; many at once by eights, since a draft asks for hundreds.</summary>
internal static class LogOdds
{
    /// <summary>Lengths of spans are multiples of this; what stands in the last ones may be anything.</summary>
    public const int Block = 8;

    /// <summary>Logarithm of the odds of a probability.</summary>
    public static float Of(float probability) => MathF.Log(probability / (1 - probability));

    /// <summary>The probability of which these are the log-odds.</summary>
    public static float Probability(float logOdds) => 1 / (1 + MathF.Exp(-logOdds));

    /// <summary>Number of values up to the next whole block.</summary>
    public static int Blocks(int count) => (count + Block - 1) / Block * Block;

    /// <summary>Logarithms of the odds of probabilities.</summary>
    public static void Of(ReadOnlySpan<float> probabilities, Span<float> logOdds)
    {
        var from = MemoryMarshal.Cast<float, Vector256<float>>(probabilities);
        var to = MemoryMarshal.Cast<float, Vector256<float>>(logOdds);
        for (var block = 0; block < from.Length; block++) to[block] = Vector256.Log(from[block] / (Vector256<float>.One - from[block]));
    }

    /// <summary>The probabilities of which these are the log-odds.</summary>
    public static void Probability(ReadOnlySpan<float> logOdds, Span<float> probabilities)
    {
        var from = MemoryMarshal.Cast<float, Vector256<float>>(logOdds);
        var to = MemoryMarshal.Cast<float, Vector256<float>>(probabilities);
        for (var block = 0; block < from.Length; block++) to[block] = Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-from[block]));
    }
}
