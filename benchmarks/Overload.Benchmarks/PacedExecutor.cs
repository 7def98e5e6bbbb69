using NGrammys.Inference.Execution;

namespace NGrammys.Overload.Benchmarks;

/// <summary>An executor whose passes take a set time, whatever is in them.</summary>
internal sealed class PacedExecutor(IForwardExecutor executor, TimeSpan step) : DelegatingExecutor(executor)
{
    private readonly ManualResetEventSlim _never = new();

    public override void Forward(ForwardBatch batch, Span<float> logits)
    {
        var began = TimeProvider.System.GetTimestamp();
        base.Forward(batch, logits);
        var rest = step - TimeProvider.System.GetElapsedTime(began);
        if (rest > TimeSpan.Zero) _never.Wait(rest);
    }
}
