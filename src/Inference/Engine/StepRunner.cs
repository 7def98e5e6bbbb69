using System.Runtime.InteropServices;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Engine;

/// <summary>Runs one step after the other: packs it, computes it, verifies what it brought, and counts.</summary>
/// <remarks>Called only on the engine thread.</remarks>
/// <param name="model">What the executor computes.</param>
/// <param name="executor">Its owner is the engine.</param>
/// <param name="time">Clock of step costs.</param>
/// <param name="plan">Packs the steps.</param>
internal sealed class StepRunner(ModelInfo model, IForwardExecutor executor, TimeProvider time, StepPlan plan)
{
    private readonly StepCost _cost = new();
    private readonly TokenSampler _sampler = new();
    private readonly List<TokenLogProbability> _logProbabilities = [];
    private readonly int[] _path = new int[Sequence.MaxDraftNodes];
    private readonly int[] _rows = new int[Sequence.MaxDraftNodes];
    private float[] _logits = [];

    /// <summary>What the last forward pass took.</summary>
    public TimeSpan LastPass { get; private set; }

    /// <summary>What all steps together have done; nothing else of it is filled in.</summary>
    public EngineLoad Done { get; private set; } = new();

    /// <summary>Runs a step of these sequences.</summary>
    /// <param name="runnable">Sequences that have room for it, at least one.</param>
    /// <param name="paused">How many others decode, but are held until their owners catch up.</param>
    public void Run(IReadOnlyList<Sequence> runnable, int paused)
    {
        plan.Pack(runnable, _cost);
        var batch = plan.Batch;
        var size = batch.Outputs.Count * model.VocabularySize;
        if (_logits.Length < size) _logits = GC.AllocateUninitializedArray<float>(size);
        using var span = StepTrace.Begin(plan);
        var started = time.GetTimestamp();
        executor.Forward(batch, _logits.AsSpan(0, size));
        LastPass = time.GetElapsedTime(started);
        if (plan.DecodingOnly)
        {
            Done = Done with { LastPassTokens = batch.Count, LastPassSeconds = LastPass.TotalSeconds, LastPassExpected = _cost.Seconds(batch.Count) };
            _cost.Observe(batch.Count, LastPass.TotalSeconds);
        }

        // Every other node is of a prompt and has no logits.
        var nodes = batch.Outputs.Count - plan.Roots;
        var shares = StepShares.Divide(_cost, LastPass.TotalSeconds, plan.Roots, nodes, plan.Prefilled);
        var (accepted, generated, output) = (0, 0, 0);
        foreach (var step in plan.Steps)
        {
            if (!step.CarriesRoot)
            {
                step.Sequence.Cached += step.Pending;
                // While a prompt is being read its owner has nothing to say.
                step.Sequence.LastContact = time.GetTimestamp();
                continue;
            }

            var kept = Verify(step, output, shares.Of(step.Tokens.Count), step.Traced ? span?.Id : null);
            output += 1 + step.Tokens.Count;
            accepted += kept.Accepted;
            generated += kept.Tokens;
        }

        StepTrace.End(span, plan, model.Name, executor.Device, accepted, generated);
        Done = Done with
        {
            Steps = Done.Steps + (plan.Roots > 0 ? 1 : 0),
            RootsCarried = Done.RootsCarried + plan.Roots,
            RootsRunning = Done.RootsRunning + (plan.Roots > 0 ? plan.Roots + paused : 0),
            Drafted = Done.Drafted + nodes,
            Accepted = Done.Accepted + accepted,
            Generated = Done.Generated + generated,
            Prefilled = Done.Prefilled + plan.Prefilled,
            NodePrice = _cost.Price(Math.Max(1, plan.Roots), Math.Min(StepPlan.MaxDraftNodes, Math.Max(1, plan.Roots) * Sequence.MaxDraftNodes)),
        };
    }

    /// <summary>Follows the target's own tokens through a draft, keeps the keys and values of the path, and appends it.</summary>
    private (int Accepted, int Tokens) Verify(SequenceStep step, int output, double seconds, string? trace)
    {
        var sequence = step.Sequence;
        var request = sequence.Request;
        var position = sequence.Position;
        var depth = 0;
        _logProbabilities.Clear();
        int Choose(int node)
        {
            // The walk asks along the path: the k-th question is for the token at the k-th position.
            var row = output + 1 + node;
            var logits = _logits.AsSpan(row * model.VocabularySize, model.VocabularySize);
            if (node >= 0) sequence.Path.Push(step.Tokens[node]);
            var token = _sampler.Sample(logits, request.Sampling, request.Choice, position + depth, sequence.Path.At(position + depth));
            if (!float.IsFinite(logits[token])) throw new InvalidOperationException("the model's logits are not finite; its weights are damaged");
            if (position + depth < request.Forced.Length) token = request.Forced[position + depth];
            if (request.TopLogProbabilities is { } alternatives) _logProbabilities.Add(LogProbabilities.Of(logits, token, alternatives));
            depth++;
            return token;
        }

        var path = Verification.Walk(CollectionsMarshal.AsSpan(step.Tokens), CollectionsMarshal.AsSpan(step.Parents), Choose, _path);
        sequence.Path.Rewind();
        var result = StepResults.Make(step, _path.AsSpan(0, path.Length), path.Token, sequence, _logProbabilities, out var finish) with { DeviceSeconds = seconds, Trace = trace };
        if (request.TellsLikely)
        {
            var rows = _logits.AsSpan(output * model.VocabularySize, (1 + step.Tokens.Count) * model.VocabularySize);
            result = result with { Likely = StepResults.Likely(step, rows) };
        }

        // The root's row lies in place; accepted rows close up behind it. The last token has no row yet: it is the next root.
        var first = sequence.Extent!.Value.First + sequence.Cached + step.Pending;
        var kept = Math.Min(path.Length, result.Tokens.Length);
        for (var i = 0; i < kept; i++) _rows[i] = first + _path[i];
        executor.MoveRows(_rows.AsSpan(0, kept), first);
        sequence.Cached += step.Pending + Math.Min(kept, result.Tokens.Length - 1);
        sequence.Append(result, finish);
        return (result.Sources.Count(source => source != (byte)DraftSource.Model), result.Tokens.Length);
    }
}
