using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NGrammys.Inference.Sampling;

/// <summary>The likeliest tokens of a row of logits, as n-gram sources keep them. Pure; thread-safe.</summary>
public static class TopTokens
{
    /// <summary>A share of one; shares are stored as bytes.</summary>
    public const byte Whole = byte.MaxValue;

    /// <summary>Selects the K largest logits, of equal ones the lowest ids.</summary>
    /// <param name="logits">[V], V ≥ K.</param>
    /// <param name="tokens">[K] receives their tokens, the likeliest first.</param>
    /// <param name="shares">[K] receives their probabilities among these K alone, in 255ths: the other logits need no exponential then.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Select(ReadOnlySpan<float> logits, Span<int> tokens, Span<byte> shares)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, logits.Length, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Length, tokens.Length);
        Span<float> best = stackalloc float[tokens.Length];
        best.Fill(float.NegativeInfinity);
        for (var place = 0; place < tokens.Length; place++) tokens[place] = place;

        // Once the first few hundred are read, hardly any group of sixteen holds one that is large enough.
        var at = 0;
        foreach (var group in MemoryMarshal.Cast<float, Vector512<float>>(logits))
        {
            if (Vector512.GreaterThanAny(group, Vector512.Create(best[^1])))
            {
                for (var i = 0; i < Vector512<float>.Count; i++) Insert(best, tokens, logits[at + i], at + i);
            }

            at += Vector512<float>.Count;
        }

        for (; at < logits.Length; at++) Insert(best, tokens, logits[at], at);
        Share(best, shares);
    }

    private static void Insert(Span<float> best, Span<int> tokens, float logit, int token)
    {
        if (!(logit > best[^1])) return;
        var place = best.Length - 1;
        for (; place > 0 && logit > best[place - 1]; place--) (best[place], tokens[place]) = (best[place - 1], tokens[place - 1]);
        (best[place], tokens[place]) = (logit, token);
    }

    private static void Share(Span<float> logits, Span<byte> shares)
    {
        var (largest, total) = (logits[0], 0f);
        foreach (ref var logit in logits) total += logit = MathF.Exp(logit - largest);
        for (var place = 0; place < shares.Length; place++) shares[place] = (byte)MathF.Round(logits[place] / total * Whole);
    }
}
