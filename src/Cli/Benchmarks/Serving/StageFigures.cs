namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>What was measured of one target under one load, all seconds.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Load">The load.</param>
/// <param name="Category">Kind of work; <c>all</c> for everything.</param>
/// <param name="Requests">Answers that came whole.</param>
/// <param name="Errors">Answers that failed.</param>
/// <param name="Tokens">Tokens of the answers.</param>
/// <param name="Seconds">What the stage took.</param>
/// <param name="FirstToken">Time to the first token.</param>
/// <param name="PerToken">Time a token behind the first, of each answer.</param>
/// <param name="BetweenChunks">Time between pieces.</param>
/// <param name="WholeReply">From sending to the end.</param>
/// <param name="Good">Answers within the limits that were set for the first token and the time a token; all whole ones without limits.</param>
internal sealed record StageFigures(
    string Target, Load Load, string Category, int Requests, int Errors, int Tokens, double Seconds, Distribution FirstToken, Distribution PerToken,
    Distribution BetweenChunks, Distribution WholeReply, int Good)
{
    public double TokensPerSecond => Tokens / Seconds;

    public double RequestsPerSecond => Requests / Seconds;

    /// <summary>Answers a second that were good.</summary>
    public double Goodput => Good / Seconds;

    /// <summary>Sums up a stage.</summary>
    public static StageFigures Of(string target, Load load, string category, IReadOnlyList<ReplyTiming> replies, double seconds, Limits limits)
    {
        ReplyTiming[] whole = [.. replies.Where(reply => reply.Error is null)];
        return new StageFigures(
            target, load, category, whole.Length, replies.Count - whole.Length, whole.Sum(reply => reply.Tokens), seconds,
            Distribution.Of(whole.Select(reply => reply.FirstToken)), Distribution.Of(whole.Select(reply => reply.PerToken).OfType<double>()),
            Distribution.Of(whole.SelectMany(reply => reply.Gaps)), Distribution.Of(whole.Select(reply => reply.Ended)), whole.Count(limits.Hold));
    }
}

/// <summary>What people can bear, in seconds; infinite = anything.</summary>
/// <param name="FirstToken">To the first token.</param>
/// <param name="PerToken">A token behind it.</param>
internal sealed record Limits(double FirstToken, double PerToken)
{
    public bool Hold(ReplyTiming reply) => reply.FirstToken <= FirstToken && (reply.PerToken ?? 0) <= PerToken;
}
