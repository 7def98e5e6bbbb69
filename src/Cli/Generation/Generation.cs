using System.Diagnostics;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;

namespace NGrammys.Cli.Generation;

/// <summary>One reply, made by an engine in this process.</summary>
internal sealed record Generation(int[] Tokens, int Steps, int Drafted, int Accepted, TimeSpan Elapsed)
{
    /// <summary>One per token where they were asked for, else empty.</summary>
    public TokenLogProbability[] LogProbabilities { get; init; } = [];

    public double TokensPerCall => Steps == 0 ? 0 : (double)Tokens.Length / Steps;

    public double TokensPerSecond => Tokens.Length / Elapsed.TotalSeconds;

    /// <summary>Drafts and verifies until the reply ends.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="request">What to generate.</param>
    /// <param name="maxDraftNodes">Most draft nodes a step; 0 = plain decoding.</param>
    /// <param name="show">Called with the tokens of each step.</param>
    /// <param name="drafter">Guesses; it has read nothing yet.</param>
    /// <param name="cancellationToken">Ends the reply.</param>
    public static async Task<Generation> RunAsync(
        IInferenceEngine engine, SequenceRequest request, int maxDraftNodes, Action<int[]> show, ConversationDrafter drafter, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        drafter.Append(request.Ids);
        var tokens = new List<int>();
        var logProbabilities = new List<TokenLogProbability>();
        var (steps, drafted, accepted) = (0, 0, 0);
        // What a model names beside tokens that are forced on it is noise.
        var tellsLikely = maxDraftNodes > 0 && request.Forced.Length == 0;
        await engine.StartAsync(request with { ExpectsDrafts = maxDraftNodes > 0, TellsLikely = tellsLikely }, cancellationToken);
        while (true)
        {
            var draft = maxDraftNodes > 0 ? drafter.Draft(new DraftBudget(maxDraftNodes, MinSurvival: (float)engine.Load.NodePrice)).ToNodes() : [];
            var result = await engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = tokens.Count, Draft = draft }, cancellationToken);
            foreach (var step in result.Steps)
            {
                drafter.Observe(step.Tokens, step.Likely.ToVerifiedNodes());
                tokens.AddRange(step.Tokens);
                logProbabilities.AddRange(step.LogProbabilities);
                steps++;
                drafted += step.Drafted;
                accepted += step.Sources.Count(source => source != 0);
                show(step.Tokens);
            }

            if (result.Finish is FinishReason.Cancelled) throw new NGrammysException("The engine gave the reply up; try again.");
            if (result.Finish is not null) return new Generation([.. tokens], steps, drafted, accepted, watch.Elapsed) { LogProbabilities = [.. logProbabilities] };
        }
    }
}
