using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Execution;

/// <summary>An executor in front of another one, which does what this one does not.</summary>
/// <param name="executor">Disposed with this one.</param>
public abstract class DelegatingExecutor(IForwardExecutor executor) : IForwardExecutor
{
    /// <inheritdoc/>
    public string Device => executor.Device;

    /// <inheritdoc/>
    public int KvRows => executor.KvRows;

    /// <inheritdoc/>
    public virtual bool HasOwnMemory => executor.HasOwnMemory;

    /// <inheritdoc/>
    public virtual DeviceMemory? Memory => executor.Memory;

    /// <inheritdoc/>
    public int RowBytes => executor.RowBytes;

    /// <inheritdoc/>
    public virtual void Forward(ForwardBatch batch, Span<float> logits) => executor.Forward(batch, logits);

    /// <inheritdoc/>
    public void MoveRows(ReadOnlySpan<int> from, int to) => executor.MoveRows(from, to);

    /// <inheritdoc/>
    public void CopyRows(int from, int to, int count) => executor.CopyRows(from, to, count);

    /// <inheritdoc/>
    public void ReadRows(int first, int count, Span<byte> rows) => executor.ReadRows(first, count, rows);

    /// <inheritdoc/>
    public virtual void WriteRows(ReadOnlySpan<byte> rows, int first, int count) => executor.WriteRows(rows, first, count);

    /// <inheritdoc/>
    public int AnglesOf(int reach) => executor.AnglesOf(reach);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the other one; what this one holds besides goes before it.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) executor.Dispose();
    }
}
