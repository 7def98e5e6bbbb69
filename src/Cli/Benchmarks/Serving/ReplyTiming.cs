namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>One answer of a server as its caller saw it.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Turn">Which of its turns, from 0.</param>
/// <param name="Started">When it was sent; seconds since the stage began.</param>
/// <param name="Chunks">When pieces of text came; seconds since it was sent, rising.</param>
/// <param name="Ended">When it was over; seconds since it was sent.</param>
/// <param name="Tokens">Tokens as the server counts them; the number of pieces where it does not tell.</param>
/// <param name="Text">What was said.</param>
/// <param name="Error">Why it failed; null = it did not.</param>
internal sealed record ReplyTiming(Prompt Prompt, int Turn, double Started, IReadOnlyList<double> Chunks, double Ended, int Tokens, string Text, string? Error)
{
    /// <summary>Seconds to the first piece of text.</summary>
    public double FirstToken => Chunks.Count > 0 ? Chunks[0] : Ended;

    /// <summary>Seconds a token behind the first; null where there is only one.</summary>
    public double? PerToken => Tokens > 1 && Chunks.Count > 1 ? (Chunks[^1] - Chunks[0]) / (Tokens - 1) : null;

    /// <summary>Seconds between one piece and the next.</summary>
    public IEnumerable<double> Gaps => Chunks.Zip(Chunks.Skip(1), (before, after) => after - before);
}
