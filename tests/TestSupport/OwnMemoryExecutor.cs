using NGrammys.Inference.Execution;

namespace NGrammys.TestSupport;

/// <summary>An executor as if its KV cache lay in memory of a device's own, so that what is kept leaves it for host memory.</summary>
/// <param name="executor">Disposed with this one.</param>
public sealed class OwnMemoryExecutor(IForwardExecutor executor) : DelegatingExecutor(executor)
{
    public override bool HasOwnMemory => true;

    /// <summary>Rows written back.</summary>
    public long Restored { get; private set; }

    public override void WriteRows(ReadOnlySpan<byte> rows, int first, int count)
    {
        base.WriteRows(rows, first, count);
        Restored += count;
    }
}
