using System.Diagnostics;
using System.Numerics;

namespace NGrammys.Inference.Engine;

/// <summary>Steps as spans of their own, each linked to the turns that it serves, as OpenTelemetry has it for batches. Figures only: no text, no tenant.</summary>
/// <remarks>
/// A traced sequence asks for its first 16 steps and for 8 in every doubling behind them, so that the longest reply names about a hundred; a step is traced when one of its
/// sequences asks. Where nobody listens, or no turn is traced, a step allocates nothing for it.
/// </remarks>
internal static class StepTrace
{
    /// <summary>Most links of a step; OpenTelemetry's SDKs keep no more of any span.</summary>
    public const int MaxLinks = 128;

    private static readonly ActivitySource Source = new("NGrammys");

    /// <summary>Begins the span of a step that is about to be computed; null where nobody is to see it. Called once a step.</summary>
    public static Activity? Begin(StepPlan plan)
    {
        if (!Source.HasListeners() || !IsAsked(plan.Steps)) return null;
        // Links at its creation, and no parent: a sampler decides by them.
        return Source.StartActivity("engine step", ActivityKind.Internal, parentContext: default, links: Links(plan.Steps));
    }

    /// <summary>Ends it.</summary>
    public static void End(Activity? span, StepPlan plan, string model, string device, int accepted, int generated)
    {
        if (span is null) return;
        span.SetTag("gen_ai.request.model", model).SetTag("ngrammys.device", device).SetTag("ngrammys.step.tokens", plan.Batch.Count)
            .SetTag("ngrammys.step.roots", plan.Roots).SetTag("ngrammys.step.prefilled", plan.Prefilled)
            .SetTag("ngrammys.step.drafted", plan.Batch.Outputs.Count - plan.Roots).SetTag("ngrammys.step.accepted", accepted)
            .SetTag("ngrammys.step.generated", generated);
    }

    /// <summary>Whether a sequence asks for the step before which it took part in so many.</summary>
    public static bool Asks(int steps) => steps < 16 || (steps & ((1 << (BitOperations.Log2((uint)steps) - 3)) - 1)) == 0;

    private static bool IsAsked(List<SequenceStep> steps)
    {
        var asked = false;
        foreach (var step in steps)
        {
            if (step.Sequence.Trace is null) continue;
            step.Traced = Asks(step.Sequence.Traces++);
            asked |= step.Traced;
        }

        return asked;
    }

    private static List<ActivityLink> Links(List<SequenceStep> steps) =>
        [.. steps.Select(step => step.Sequence.Trace).OfType<ActivityContext>().Take(MaxLinks).Select(turn => new ActivityLink(turn))];
}
