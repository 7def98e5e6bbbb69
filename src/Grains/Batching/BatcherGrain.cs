using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Placement;
using NGrammys.Inference.Abstractions;
using Orleans.Concurrency;
using Orleans.Placement;

namespace NGrammys.Grains.Batching;

/// <summary>Address of one engine. Reentrant: a batcher that took one request at a time would batch nothing.</summary>
[GpuPinnedPlacement, Reentrant, KeepAlive, Immovable(ImmovableKind.Any)]
internal sealed class BatcherGrain(LocalDevices devices, ILocalSiloDetails silo) : Grain, IBatcherGrain
{
    private IInferenceEngine? _engine;

    private IInferenceEngine Engine => _engine ?? throw new InvalidOperationException("The batcher is not active.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = BatcherKey.Parse(this.GetPrimaryKeyString());
        if (!key.Silo.Equals(silo.SiloAddress)) throw new InvalidOperationException($"Batcher {key} was placed on {silo.SiloAddress}.");
        _engine = devices[key.Device];
        return Task.CompletedTask;
    }

    public async Task Start(SequenceStart request)
    {
        try
        {
            await Engine.StartAsync(request.ToRequest());
        }
        catch (EngineException e)
        {
            throw Refusal(e);
        }
    }

    public async Task<VerificationResult> Verify(VerificationRequest request)
    {
        var draft = new DraftNode[request.Tokens.Length];
        for (var i = 0; i < draft.Length; i++) draft[i] = new DraftNode(request.Tokens[i], request.Parents[i], request.Sources[i], request.Survival[i]);
        try
        {
            var result = await Engine.VerifyAsync(new VerifyRequest { Sequence = request.Sequence, Position = request.Position, Draft = draft });
            return new VerificationResult([.. result.Steps.Select(Step)], result.Finish?.ToString().ToLowerInvariant());
        }
        catch (EngineException e)
        {
            throw Refusal(e);
        }
    }

    public Task Cancel(Guid sequence) => Engine.CancelAsync(sequence);

    public Task Forget(string tenant, Guid conversation)
    {
        devices.Drafting.Forget(tenant, conversation);
        return Task.WhenAll(devices.Living.Select(engine => engine.ForgetAsync(conversation)));
    }

    private static VerifiedStep Step(StepResult step) => new()
    {
        Step = step.Step,
        Position = step.Position,
        Tokens = step.Tokens,
        Sources = step.Sources,
        Survival = step.Survival,
        Drafted = step.Drafted,
        Reused = step.Reused,
        DeviceSeconds = step.DeviceSeconds,
        Trace = step.Trace,
        Likely = step.Likely is { } likely
            ? new LikelyNext { Nodes = likely.Nodes, Parents = likely.Parents, Next = likely.Next, Shares = likely.Shares }
            : null,
        LogProbabilities = [.. step.LogProbabilities.Select(SequenceMessages.ToLikelihood)],
    };

    private static BatcherException Refusal(EngineException e) => new(e.Error.ToString(), e.Message);
}
