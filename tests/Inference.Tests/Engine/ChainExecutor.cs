using System.Runtime.InteropServices;
using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Tests.Engine;

/// <summary>An executor without a model: a row holds its token and the hash of all up to it, so that a pass takes no time and a row that is not the sequence's
/// own is found. The next token depends on every token before it.</summary>
internal sealed class ChainExecutor(int rows, bool ownMemory, int seed) : IForwardExecutor
{
    public const int Vocabulary = 40;

    /// <summary>Hash of no token.</summary>
    public const uint Nothing = 17;

    private readonly (uint Hash, int Token)[] _rows = new (uint, int)[rows];
    private readonly Random _random = new(seed);

    public string Device => "chain";

    public int KvRows => rows;

    public bool HasOwnMemory => ownMemory;

    public int RowBytes => 8;

    public int Restored { get; private set; }

    public int AnglesOf(int reach) => 0;

    public void Forward(ForwardBatch batch, Span<float> logits)
    {
        var end = 0;
        foreach (var slice in batch.Slices.OrderBy(slice => slice.FirstRow))
        {
            Assert.True(slice.FirstRow >= end, $"seed {seed}: rows of two sequences overlap");
            end = slice.FirstRow + slice.PrefixLength + slice.Count;
            Compute(batch, slice);
        }

        Assert.InRange(end, 0, rows);
        for (var i = 0; i < batch.Outputs.Count; i++)
        {
            var slice = batch.Slices.Single(slice => batch.Outputs[i] >= slice.Start && batch.Outputs[i] < slice.Start + slice.Count);
            var row = logits.Slice(i * Vocabulary, Vocabulary);
            row.Clear();
            row[Token(_rows[slice.FirstRow + slice.PrefixLength + batch.Outputs[i] - slice.Start].Hash)] = 1;
        }
    }

    public void MoveRows(ReadOnlySpan<int> from, int to)
    {
        for (var i = 0; i < from.Length; i++) _rows[to + i] = _rows[from[i]];
    }

    public void CopyRows(int from, int to, int count) => _rows.AsSpan(from, count).CopyTo(_rows.AsSpan(to, count));

    public void ReadRows(int first, int count, Span<byte> bytes) => MemoryMarshal.AsBytes(_rows.AsSpan(first, count)).CopyTo(bytes);

    public void WriteRows(ReadOnlySpan<byte> bytes, int first, int count)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(_rows.AsSpan(first, count)));
        Restored += count;
    }

    public void Dispose() { }

    /// <summary>The hash behind more tokens.</summary>
    public static uint Fold(uint hash, IReadOnlyList<int> tokens)
    {
        for (var i = 0; i < tokens.Count; i++) hash = (hash ^ (uint)tokens[i]) * 0x9E3779B1u ^ hash >> 15;
        return hash;
    }

    /// <summary>The token that follows.</summary>
    public static int Token(uint hash) => (int)(hash >> 3) % Vocabulary;

    private void Compute(ForwardBatch batch, SequenceSlice slice)
    {
        for (var i = 0; i < 4 && slice.PrefixLength > 0; i++)
        {
            var position = _random.Next(slice.PrefixLength);
            var row = _rows[slice.FirstRow + position];
            Assert.True(row.Hash == Fold(position == 0 ? Nothing : _rows[slice.FirstRow + position - 1].Hash, [row.Token]), $"seed {seed}: a row in the middle is not its own");
        }

        for (var node = slice.Start; node < slice.Start + slice.Count; node++)
        {
            var parent = batch.Parents[node] < 0 ? slice.FirstRow + slice.PrefixLength - 1 : slice.FirstRow + slice.PrefixLength + batch.Parents[node] - slice.Start;
            var before = batch.Parents[node] < 0 && slice.PrefixLength == 0 ? Nothing : _rows[parent].Hash;
            _rows[slice.FirstRow + slice.PrefixLength + node - slice.Start] = (Fold(before, [batch.Tokens[node]]), batch.Tokens[node]);
        }
    }
}
