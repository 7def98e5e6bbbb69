using System.Diagnostics;
using System.Diagnostics.Metrics;
using NGrammys.Drafting;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Observability;

/// <summary>What turns tell operators: OpenTelemetry's gen_ai metrics, and ngrammys.* where there is no convention. Never a word of text, and no tenant.</summary>
internal static class TurnInstruments
{
    // Deeper guesses are rare, and their label sets would be without end.
    private const int DeepestTold = 16;

    private static readonly Meter Meter = new("NGrammys");
    private static readonly ActivitySource Source = new("NGrammys");

    private static readonly Counter<long> Drafted = Meter.CreateCounter<long>("ngrammys.spec.drafted", description: "Draft nodes verified, by their source.");
    private static readonly Counter<long> Accepted = Meter.CreateCounter<long>("ngrammys.spec.accepted", description: "Draft nodes accepted, by their source.");
    private static readonly Counter<long> Wasted = Meter.CreateCounter<long>("ngrammys.spec.wasted", description: "Draft nodes verified in vain, by their source.");
    private static readonly Counter<long> AcceptedAt = Meter.CreateCounter<long>("ngrammys.spec.accepted_at", description: "Draft nodes accepted, by their depth from 0.");
    private static readonly Counter<long> Drafts = Meter.CreateCounter<long>("ngrammys.spec.drafts", description: "Steps with a draft.");
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("ngrammys.steps", description: "Verification steps of replies.");
    private static readonly Counter<long> PromptTokens = Meter.CreateCounter<long>("ngrammys.tokens.prompt", description: "Tokens of prompts.");
    private static readonly Counter<long> Generated = Meter.CreateCounter<long>("ngrammys.tokens.generated", description: "Tokens of replies.");
    private static readonly Counter<long> Turns = Meter.CreateCounter<long>("ngrammys.turns", description: "Replies that have ended, by the reason.");

    // What the counters have counted, for who asks the process itself.
    private static readonly long[] DraftedBy = new long[byte.MaxValue + 1], AcceptedBy = new long[byte.MaxValue + 1];

    private static readonly Histogram<double> FirstToken = Seconds("gen_ai.server.time_to_first_token", "Time to the first token.",
        .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10);

    private static readonly Histogram<double> PerToken = Seconds("gen_ai.server.time_per_output_token", "Time per token behind the first.",
        .001, .0025, .005, .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5);

    private static readonly Histogram<double> Duration = Seconds("gen_ai.server.request.duration", "Time from the acceptance of a message to the end of its reply.",
        .01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);

    /// <summary>Begins the trace of a turn; null where nobody listens. It is not made current: the turn outlives whoever began it.</summary>
    public static Activity? Begin(string model, int promptTokens)
    {
        var current = Activity.Current;
        var activity = Source.StartActivity($"chat {model}");
        Activity.Current = current;
        activity?.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.provider.name", "ngrammys").SetTag("gen_ai.request.model", model)
            .SetTag("gen_ai.usage.input_tokens", promptTokens);
        PromptTokens.Add(promptTokens);
        return activity;
    }

    /// <summary>Counts a step, and links the turn's trace to it.</summary>
    /// <param name="activity">The turn's trace, if there is any.</param>
    /// <param name="step">What it has brought.</param>
    /// <param name="offered">Sources of the draft that was offered for it, the likeliest node first: an engine takes the likeliest.</param>
    public static void Step(Activity? activity, VerifiedStep step, ReadOnlySpan<DraftSource> offered)
    {
        if (activity is not null && ActivityContext.TryParse(step.Trace, traceState: null, out var trace)) activity.AddLink(new ActivityLink(trace));
        Steps.Add(1);
        Generated.Add(step.Tokens.Length);
        if (step.Drafted == 0) return;
        Drafts.Add(1);
        Span<int> balance = stackalloc int[byte.MaxValue + 1];
        foreach (var source in offered[..Math.Min(step.Drafted, offered.Length)])
        {
            Drafted.Add(1, Of((byte)source));
            Interlocked.Increment(ref DraftedBy[(byte)source]);
            balance[(byte)source]++;
        }

        for (var depth = 0; depth < step.Sources.Length; depth++)
        {
            if (step.Sources[depth] is not (not 0 and var source)) continue;
            Accepted.Add(1, Of(source));
            Interlocked.Increment(ref AcceptedBy[source]);
            AcceptedAt.Add(1, new KeyValuePair<string, object?>("position", depth < DeepestTold ? depth : $"{DeepestTold}+"));
            balance[source]--;
        }

        for (var source = 0; source < balance.Length; source++)
        {
            if (balance[source] > 0) Wasted.Add(balance[source], Of((byte)source));
        }
    }

    /// <summary>What guesses have brought in this process, by their source; sources that never guessed are absent.</summary>
    public static SourceDescription[] Sources() => [.. Enum.GetValues<DraftSource>()
        .Select(source => new SourceDescription(Name((byte)source), Interlocked.Read(ref DraftedBy[(byte)source]), Interlocked.Read(ref AcceptedBy[(byte)source])))
        .Where(source => source.Drafted + source.Accepted > 0)];

    /// <summary>Counts the end of a turn, and ends its trace.</summary>
    public static void End(Activity? activity, string model, TurnEnd end)
    {
        TagList tags = new()
        {
            { "gen_ai.operation.name", "chat" }, { "gen_ai.provider.name", "ngrammys" }, { "gen_ai.request.model", model }, { "gen_ai.response.model", model },
        };
        if (end.Finish == "error") tags.Add("error.type", end.Cause ?? "other");
        var statistics = end.Statistics;
        Turns.Add(1, new KeyValuePair<string, object?>("finish", end.Finish));
        Duration.Record(statistics.TimeToFirstToken + statistics.Seconds, tags);
        if (statistics.Tokens > 0) FirstToken.Record(statistics.TimeToFirstToken, tags);
        if (statistics.Tokens > 1) PerToken.Record(statistics.Seconds / (statistics.Tokens - 1), tags);
        if (activity is null) return;
        activity.SetTag("gen_ai.usage.output_tokens", statistics.Tokens).SetTag("gen_ai.response.finish_reasons", (string[])[end.Finish])
            .SetTag("ngrammys.steps", statistics.Steps).SetTag("ngrammys.spec.drafted", statistics.Drafted).SetTag("ngrammys.spec.accepted", statistics.Accepted);
        if (end.Finish == "error") activity.SetStatus(ActivityStatusCode.Error);
        activity.Dispose();
    }

    private static KeyValuePair<string, object?> Of(byte source) => new("source", Name(source));

    private static string Name(byte source) => Enum.IsDefined((DraftSource)source) ? ((DraftSource)source).ToString().ToLowerInvariant() : "other";

    private static Histogram<double> Seconds(string name, string description, params double[] bounds) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
