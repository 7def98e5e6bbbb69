using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Execution;

/// <summary>Runs forward passes of one model on one device over a preallocated KV cache: these nodes, these ancestors, these cache rows, give logits.</summary>
/// <remarks>
/// Called only on the engine thread. The KV cache is a slab of <see cref="KvRows"/> rows; a sequence owns a contiguous run of them (its extent).
/// Exactness: a node's logits and KV depend on its sequence's tokens and positions alone, bit for bit on the CPU executor, whatever else is in the
/// batch and however the sequence was cut into passes.
/// </remarks>
public interface IForwardExecutor : IDisposable
{
    /// <summary>cpu, torch-cpu or cuda:N.</summary>
    string Device { get; }

    /// <summary>Rows of the KV cache.</summary>
    int KvRows { get; }

    /// <summary>Computes all nodes of the batch, writes their keys and values (see <see cref="SequenceSlice"/>), and the logits of its outputs.</summary>
    /// <param name="batch">The nodes.</param>
    /// <param name="logits">[batch.Outputs.Count, vocabulary], row-major, in the order of <see cref="ForwardBatch.Outputs"/>.</param>
    void Forward(ForwardBatch batch, Span<float> logits);

    /// <summary>Moves KV rows <paramref name="from"/>[i] to <paramref name="to"/> + i, in every layer. <paramref name="from"/> ascends and from[i] ≥ to + i.</summary>
    void MoveRows(ReadOnlySpan<int> from, int to);

    /// <summary>Copies KV rows <paramref name="from"/> + i to <paramref name="to"/> + i in every layer, as if through a buffer: the runs may overlap.</summary>
    void CopyRows(int from, int to, int count);

    /// <summary>Whether the KV cache lies in memory of the device's own, so that rows kept outside of it make room.</summary>
    bool HasOwnMemory { get; }

    /// <summary>What the device has of memory of its own; null where that is not told.</summary>
    DeviceMemory? Memory => null;

    /// <summary>Bytes of a KV row outside of the device.</summary>
    int RowBytes { get; }

    /// <summary>Reads KV rows out of the cache.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="rows">[count × <see cref="RowBytes"/>]; only <see cref="WriteRows"/> of the same executor understands it, and only in one piece.</param>
    void ReadRows(int first, int count, Span<byte> rows);

    /// <summary>Writes back what <see cref="ReadRows"/> gave, to the same rows or to others.</summary>
    void WriteRows(ReadOnlySpan<byte> rows, int first, int count);

    /// <summary>By which angles a sequence that may take <paramref name="reach"/> positions is turned: KV rows of equal tokens at equal positions are equal
    /// where this is, and only there.</summary>
    int AnglesOf(int reach);
}
