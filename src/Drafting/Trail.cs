namespace NGrammys.Drafting;

/// <summary>How well the tokens before a place were guessed: behind a run of sure guesses the next is surer than behind a surprise.</summary>
/// <param name="Run">Tokens in a row, up to <see cref="LongestRun"/>, each of which was at least a fair guess.</param>
/// <param name="Surety">How sure the last token was, in four steps.</param>
internal readonly record struct Trail(byte Run, byte Surety)
{
    /// <summary>Number of kinds of trail that <see cref="Kind"/> tells apart.</summary>
    public const int Kinds = Sureties * RunKinds;

    /// <summary>Steps of <see cref="Surety"/>.</summary>
    public const int Sureties = 4;

    private const int RunKinds = 6;
    private const int LongestRun = 8;
    private const float Fair = 0.1f;

    /// <summary>Which kind of trail this is.</summary>
    public int Kind => (Run switch { < 4 => Run, < 8 => 4, _ => 5 }) * Sureties + Surety;

    /// <summary>The trail behind one more token, which had been expected with a probability.</summary>
    public Trail Behind(float probability) => new(
        (byte)(probability < Fair ? 0 : Math.Min(Run + 1, LongestRun)),
        (byte)(probability < 0.02f ? 0 : probability < 0.1f ? 1 : probability < 0.5f ? 2 : 3));
}
