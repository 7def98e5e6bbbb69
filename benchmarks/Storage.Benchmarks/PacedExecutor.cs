using NGrammys.Inference.Execution;

namespace NGrammys.Storage.Benchmarks;

/// <summary>An executor whose passes take a set time, whatever is in them.</summary>
internal sealed class PacedExecutor(IForwardExecutor executor, TimeSpan step) : IForwardExecutor
{
    private readonly ManualResetEventSlim _never = new();

    public string Device => executor.Device;

    public int KvRows => executor.KvRows;

    public void Forward(ForwardBatch batch, Span<float> logits)
    {
        var began = TimeProvider.System.GetTimestamp();
        executor.Forward(batch, logits);
        var rest = step - TimeProvider.System.GetElapsedTime(began);
        if (rest > TimeSpan.Zero) _never.Wait(rest);
    }

    public void MoveRows(ReadOnlySpan<int> from, int to) => executor.MoveRows(from, to);

    public void Dispose()
    {
        executor.Dispose();
        _never.Dispose();
    }
}
