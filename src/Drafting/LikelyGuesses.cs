namespace NGrammys.Drafting;

/// <summary>Turns a model's likeliest next tokens into guesses. Evidence: the place among them and the share, in steps that double the odds.</summary>
internal static class LikelyGuesses
{
    // Upper bounds of the shares, in 255ths.
    private static readonly byte[] Bounds = [2, 5, 10, 20, 38, 64, 102, 153, 191, 222, 242, 250];

    private const int Places = 3;

    /// <summary>Number of kinds of evidence.</summary>
    public static int Cells => (Bounds.Length + 1) * Places;

    /// <summary>Fills the guesses.</summary>
    /// <param name="tokens">Distinct tokens, the likeliest first.</param>
    /// <param name="shares">Their probabilities among themselves, in 255ths.</param>
    /// <param name="guesses">Receives the guesses.</param>
    /// <returns>Number of guesses.</returns>
    public static int Guess(ReadOnlySpan<int> tokens, ReadOnlySpan<byte> shares, Span<Guess> guesses)
    {
        var count = Math.Min(tokens.Length, guesses.Length);
        for (var rank = 0; rank < count; rank++) guesses[rank] = new Guess(tokens[rank], Cell(shares[rank], rank));
        return count;
    }

    /// <summary>The middle share of a cell, in (0, 1): what a guess of it is worth where the model sees the same text again.</summary>
    public static float Share(int cell)
    {
        var step = cell / Places;
        return ((step == 0 ? 0 : Bounds[step - 1]) + (step == Bounds.Length ? 255 : Bounds[step]) + 1) / 512f;
    }

    private static int Cell(byte share, int rank)
    {
        var step = 0;
        while (step < Bounds.Length && share > Bounds[step]) step++;
        return step * Places + (rank switch { 0 => 0, < 3 => 1, _ => 2 });
    }
}
