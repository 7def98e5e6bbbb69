using System.Runtime.InteropServices;
using NGrammys.Inference.Execution;

namespace NGrammys.TestSupport;

/// <summary>An executor without a model: the next token is a function of the context, which it reads back from its KV rows.</summary>
/// <remarks>A wrong row, parent or prefix length therefore changes the output, just as it would with a real model.</remarks>
public sealed class ScriptedExecutor(int vocabulary, int rows, Func<IReadOnlyList<int>, int> next) : IForwardExecutor
{
    private readonly int[] _tokens = Enumerable.Repeat(-1, rows).ToArray();

    public string Device => "scripted";

    public int KvRows => rows;

    /// <summary>Called before each pass.</summary>
    public Action<ForwardBatch>? OnForward { get; set; }

    /// <summary>A language whose next token depends on the last two, so that it repeats itself soon.</summary>
    public static Func<IReadOnlyList<int>, int> Language(int vocabulary, int seed) => context =>
    {
        var previous = context.Count > 1 ? context[^2] : 0;
        return (int)((uint)HashCode(seed, previous / 3, context[^1]) % (uint)vocabulary);
    };

    public void Forward(ForwardBatch batch, Span<float> logits)
    {
        OnForward?.Invoke(batch);
        foreach (var slice in batch.Slices)
        {
            for (var j = 0; j < slice.Count; j++) _tokens[slice.FirstRow + slice.PrefixLength + j] = batch.Tokens[slice.Start + j];
        }

        for (var i = 0; i < batch.Outputs.Count; i++)
        {
            var row = logits.Slice(i * vocabulary, vocabulary);
            row.Clear();
            row[next(Context(batch, batch.Outputs[i]))] = 1;
        }
    }

    public void MoveRows(ReadOnlySpan<int> from, int to)
    {
        for (var i = 0; i < from.Length; i++) _tokens[to + i] = _tokens[from[i]];
    }

    public void CopyRows(int from, int to, int count)
    {
        _tokens.AsSpan(from, count).CopyTo(_tokens.AsSpan(to, count));
        Copied += count;
    }

    /// <summary>Rows copied within the cache.</summary>
    public int Copied { get; private set; }

    /// <summary>Rows written back from outside.</summary>
    public int Restored { get; private set; }

    /// <inheritdoc/>
    public bool HasOwnMemory { get; init; }

    public int RowBytes => sizeof(int);

    public void ReadRows(int first, int count, Span<byte> rows) => MemoryMarshal.AsBytes(_tokens.AsSpan(first, count)).CopyTo(rows);

    public void WriteRows(ReadOnlySpan<byte> rows, int first, int count)
    {
        rows.CopyTo(MemoryMarshal.AsBytes(_tokens.AsSpan(first, count)));
        Restored += count;
    }

    /// <summary>Sequences with a larger reach are turned by other angles.</summary>
    public int LongBeyond { get; init; } = int.MaxValue;

    public int AnglesOf(int reach) => reach > LongBeyond ? 1 : 0;

    public void Dispose() { }

    private List<int> Context(ForwardBatch batch, int node)
    {
        var slice = batch.Slices.Single(s => node >= s.Start && node < s.Start + s.Count);
        var path = new List<int>();
        for (var at = node; at >= 0; at = batch.Parents[at]) path.Insert(0, _tokens[slice.FirstRow + slice.PrefixLength + at - slice.Start]);
        if (batch.Positions[node] != slice.PrefixLength + path.Count - 1) throw new InvalidOperationException("A node's position is not that of its path.");
        return [.. _tokens.AsSpan(slice.FirstRow, slice.PrefixLength), .. path];
    }

    // Unlike System.HashCode, the same in every process.
    private static int HashCode(int a, int b, int c)
    {
        var hash = 17u;
        foreach (var value in (ReadOnlySpan<int>)[a, b, c]) hash = (hash ^ (uint)value) * 0x9E3779B1u ^ hash >> 15;
        return (int)(hash >> 3);
    }
}
