namespace NGrammys.Drafting;

/// <summary>How often the target chooses a continuation, by its match length, its rank, whether it was
/// seen more than once, and whether the match goes on from the token before.</summary>
/// <remarks>
/// Whatever the target emitted, every continuation that could have been guessed there is scored against it, drafted or not. A node of a draft
/// tree asks the same question (what follows this suffix, given that all before it is right), so its survival is the product of the rates on
/// its path. Each rate is a mean that forgets: it begins with the weight of <see cref="PriorWeight"/> observations, and of more than
/// <see cref="Window"/> the older fade exponentially.
/// </remarks>
internal sealed class AcceptanceRates
{
    private const int Lengths = 8;
    private const int Ranks = 4;
    private const int PriorWeight = 64;
    private const int Window = 256;

    // Measured on greedy replies of a 7B and a 135M chat model. The first continuation: [continued][repeated][match length],
    private static readonly float[][][] First =
    [
        [[0.20f, 0.36f, 0.47f, 0.50f, 0.54f, 0.69f, 0.78f, 0.85f], [0.34f, 0.61f, 0.64f, 0.69f, 0.70f, 0.82f, 0.90f, 0.94f]],
        [[0.20f, 0.39f, 0.51f, 0.60f, 0.67f, 0.75f, 0.84f, 0.92f], [0.34f, 0.66f, 0.74f, 0.75f, 0.81f, 0.85f, 0.90f, 0.97f]],
    ];

    // and the others, which depend little on the match length beyond one token: [continued][repeated][rank - 1].
    private static readonly float[][][] Later =
    [
        [[0.08f, 0.05f, 0.026f], [0.18f, 0.12f, 0.07f]],
        [[0.08f, 0.05f, 0.022f], [0.10f, 0.055f, 0.03f]],
    ];

    private static readonly float[][] LaterOfOneToken = [[0.027f, 0.019f, 0.009f], [0.028f, 0.023f, 0.015f]];

    private readonly (float Rate, int Weight)[] _cells = new (float, int)[2 * 2 * Lengths * Ranks];

    public AcceptanceRates()
    {
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            var (rank, length, repeated, continued) = (cell % Ranks, cell / Ranks % Lengths, cell / (Ranks * Lengths) % 2, cell / (Ranks * Lengths * 2));
            var later = continued == 1 && length == 0 ? LaterOfOneToken : Later[continued];
            _cells[cell] = (rank == 0 ? First[continued][repeated][length] : later[repeated][rank - 1], PriorWeight);
        }
    }

    /// <summary>Estimated probability that the target chooses a continuation.</summary>
    /// <param name="continuation">The continuation.</param>
    /// <param name="rank">Its place, from 0, among the continuations that were found with it.</param>
    /// <param name="continued">Whether the token before it was itself the first continuation: then the match goes on, else it is a new one.</param>
    public float this[in Continuation continuation, int rank, bool continued] => _cells[Cell(continuation, rank, continued)].Rate;

    /// <summary>Learns whether the target chose a continuation.</summary>
    public void Observe(in Continuation continuation, int rank, bool continued, bool chosen)
    {
        ref var cell = ref _cells[Cell(continuation, rank, continued)];
        cell.Weight = Math.Min(cell.Weight + 1, Window);
        cell.Rate += ((chosen ? 1 : 0) - cell.Rate) / cell.Weight;
    }

    private static int Cell(in Continuation continuation, int rank, bool continued)
    {
        var length = continuation.MatchLength switch
        {
            < 5 => continuation.MatchLength - 1,
            < 7 => 4,
            < 10 => 5,
            < 16 => 6,
            _ => 7,
        };
        var kind = (continued ? 2 : 0) + (continuation.Count > 1 ? 1 : 0);
        return (kind * Lengths + length) * Ranks + Math.Min(rank, Ranks - 1);
    }
}
