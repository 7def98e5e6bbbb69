namespace NGrammys.Drafting;

/// <summary>Guesses what followed the earlier occurrences of the current suffix in the same conversation.</summary>
/// <remarks>Evidence: the match length, the place among the guesses, and whether it was seen more than once.</remarks>
public sealed class ContextSource : IDraftSource
{
    /// <summary>Number of cells of <see cref="Cell"/>.</summary>
    internal const int CellCount = 2 * Lengths * Ranks;

    private const int Lengths = 8;
    private const int Ranks = 4;

    // Measured on greedy replies of a 7B and a 135M chat model: [repeated][match length].
    private static readonly float[][] First =
        [[0.20f, 0.38f, 0.50f, 0.57f, 0.63f, 0.73f, 0.83f, 0.90f], [0.34f, 0.64f, 0.71f, 0.73f, 0.78f, 0.84f, 0.90f, 0.96f]];

    private static readonly float[][] Later = [[0.08f, 0.05f, 0.024f], [0.12f, 0.07f, 0.04f]];

    private readonly ContextIndex _index = new();
    private readonly Continuation[] _found = new Continuation[IDraftSource.MaxGuesses];

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Context;

    /// <inheritdoc/>
    public int Cells => CellCount;

    /// <inheritdoc/>
    public float Prior(int cell) => PriorOf(cell);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<int> text) => _index.Append(text[^1]);

    /// <inheritdoc/>
    public void Truncate(int length) => _index.Truncate(length);

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        var count = _index.Find(text[^guessed..], _found);
        for (var rank = 0; rank < count; rank++) guesses[rank] = new Guess(_found[rank].Token, Cell(_found[rank], rank));
        return count;
    }

    /// <summary>How often guesses of a cell come true before anything was learned.</summary>
    internal static float PriorOf(int cell)
    {
        var (rank, length, repeated) = (cell % Ranks, cell / Ranks % Lengths, cell / (Ranks * Lengths));
        return rank == 0 ? First[repeated][length] : Later[repeated][rank - 1];
    }

    /// <summary>The evidence that a continuation and its place make.</summary>
    internal static int Cell(in Continuation found, int rank)
    {
        var length = found.MatchLength switch
        {
            < 5 => found.MatchLength - 1,
            < 7 => 4,
            < 10 => 5,
            < 16 => 6,
            _ => 7,
        };
        return ((found.Count > 1 ? 1 : 0) * Lengths + length) * Ranks + Math.Min(rank, Ranks - 1);
    }
}
