namespace NGrammys.Drafting;

/// <summary>The tokens that followed a text in earlier replies to the tenant, with how likely each follows. Buffers are reused; not thread-safe.</summary>
internal sealed class SharedContinuations
{
    private const int MaxOfContext = 10;
    private const float Discount = 0.6f;

    private readonly int[] _tokens = new int[SharedNGrams.Order * MaxOfContext];
    private readonly int[] _orders = new int[SharedNGrams.Order * MaxOfContext];
    private readonly float[] _probabilities = new float[SharedNGrams.Order * MaxOfContext];
    private int _count;

    /// <summary>[N] distinct tokens, in no particular order.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>[N] tokens of the longest context that each followed.</summary>
    public ReadOnlySpan<int> Orders => _orders.AsSpan(0, _count);

    /// <summary>[N] estimated probabilities that each follows.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities.AsSpan(0, _count);

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;

    /// <summary>Mixes what followed a context into what followed those that are its suffixes.</summary>
    /// <remarks>Interpolated absolute discounting: P(t | context) = (max(c(t) - d, 0) + d · distinct · P(t | shorter)) / total. Of a context's tokens the
    /// most frequent are taken.</remarks>
    public void Mix(ref Continuations context, int order)
    {
        ReadOnlySpan<int> tokens = context.Tokens;
        ReadOnlySpan<int> counts = context.Counts;
        var share = 1f / context.Total;
        var left = Discount * context.Distinct * share;
        foreach (ref var probability in _probabilities.AsSpan(0, _count)) probability *= left;
        var known = Tokens;
        for (var rank = 0; rank < Math.Min(tokens.Length, MaxOfContext); rank++)
        {
            var place = known.IndexOf(tokens[rank]);
            if (place < 0) (_tokens[place = _count++], _probabilities[place]) = (tokens[rank], 0);
            _orders[place] = order;
            _probabilities[place] += (counts[rank] - Discount) * share;
        }
    }
}
