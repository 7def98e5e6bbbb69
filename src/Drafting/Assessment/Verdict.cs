using System.Globalization;

namespace NGrammys.Drafting.Assessment;

/// <summary>Whether a kind of work is suited to speculation, in plain words: how much, why, and what limits it.</summary>
/// <param name="Suited">"well suited", "suited", "little suited" or "not suited".</param>
/// <param name="Sentence">The whole of it, one line.</param>
public sealed record Verdict(string Suited, string Sentence)
{
    private const double ShortReply = 32; // tokens: the prompt's pass is most of the work
    private const double MuchRepeated = 0.25;
    private const double MuchSurprise = 0.25;

    /// <summary>Judges one category.</summary>
    /// <param name="workload">What its replies are like.</param>
    /// <param name="tally">What the strategy saved.</param>
    /// <param name="measured">Whether costs were measured on a device; else a step is taken to cost the same whatever stands in it.</param>
    public static Verdict Of(Workload workload, Tally tally, bool measured)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(tally);
        var suited = tally.Speedup switch
        {
            >= 2 => "well suited",
            >= 1.5 => "suited",
            >= 1.15 => "little suited",
            _ => "not suited",
        };
        var gain = string.Create(CultureInfo.InvariantCulture, $"{tally.TokensPerCall:F2} tokens per call at {tally.DraftedPerCall:F1} drafted, {(measured ? "" : "at most ")}{tally.Speedup:F2} times as fast");
        return new Verdict(suited, $"{suited}: {gain}; {Why(workload)}{Limits(workload)}.");
    }

    private static string Why(Workload workload)
    {
        var (repeated, familiar) = (Percent(workload.Repeated), Percent(workload.Familiar));
        return workload.Repeated >= workload.Familiar
            ? $"{repeated} of the reply tokens continue a 4-gram of their own conversation, {familiar} one of earlier replies"
            : $"{familiar} of the reply tokens continue a 4-gram of earlier replies, {repeated} one of their own conversation";
    }

    private static string Limits(Workload workload)
    {
        string[] limits =
        [
            .. workload.Repeated < MuchRepeated && workload.Familiar < MuchRepeated ? (string[])["no repetition: replies seldom say again what the text holds already"] : [],
            .. workload.MeanLength < ShortReply ? (string[])[string.Create(CultureInfo.InvariantCulture, $"short outputs: {workload.MeanLength:F0} tokens on average, so the prompt's own pass dominates")] : [],
            .. workload.Surprising > MuchSurprise ? (string[])[$"high entropy: {Percent(workload.Surprising)} of the tokens were never seen behind the token before them"] : [],
        ];
        return limits.Length == 0 ? "" : $"; limited by {string.Join(", by ", limits)}";
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F0} %");
}
