namespace NGrammys.Drafting;

/// <summary>A token that followed a context in earlier replies to the tenant.</summary>
/// <param name="Token">The token.</param>
/// <param name="Order">Tokens of the longest context that it followed.</param>
/// <param name="Probability">Estimated probability that it follows.</param>
internal readonly record struct SharedContinuation(int Token, int Order, float Probability)
{
    /// <summary>Most tokens that <see cref="Mix"/> takes from one context.</summary>
    public const int MaxOfContext = 10;

    private const float Discount = 0.6f;

    /// <summary>Mixes the continuations of a context into those of the contexts that are its suffixes.</summary>
    /// <remarks>Interpolated absolute discounting: P(t | context) = (max(c(t) - d, 0) + d · distinct · P(t | shorter)) / total.</remarks>
    /// <returns>Number of tokens in <paramref name="found"/>, of which <paramref name="count"/> were there before.</returns>
    public static int Mix(Span<SharedContinuation> found, int count, ref Continuations context, int order)
    {
        var left = Discount * context.Distinct / context.Total;
        foreach (ref var shorter in found[..count]) shorter = shorter with { Probability = shorter.Probability * left };
        var known = count;
        for (var rank = 0; rank < Math.Min(context.Distinct, MaxOfContext); rank++)
        {
            var place = 0;
            while (place < known && found[place].Token != context.Tokens[rank]) place++;
            if (place == known) place = count++;
            var probability = (context.Counts[rank] - Discount) / context.Total + (place < known ? found[place].Probability : 0);
            found[place] = new SharedContinuation(context.Tokens[rank], order, probability);
        }
        return count;
    }
}
