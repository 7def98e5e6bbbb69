namespace NGrammys.Inference.Execution;

/// <summary>The nodes of one sequence in a batch. Node j of the slice (from 0) writes its key and value to cache row FirstRow + PrefixLength + j.</summary>
/// <param name="FirstRow">First cache row of the sequence's extent; row FirstRow + p holds position p of the sequence, for p &lt; PrefixLength.</param>
/// <param name="PrefixLength">Positions whose keys and values are in the cache; every node sees all of them.</param>
/// <param name="Start">Index of the slice's first node in the batch.</param>
/// <param name="Count">Number of nodes.</param>
/// <param name="Reach">Positions that the sequence may take in its life, the same in every pass: some models turn long sequences by other angles.</param>
public readonly record struct SequenceSlice(int FirstRow, int PrefixLength, int Start, int Count, int Reach = 0);

/// <summary>All nodes of one step, flattened over sequences: prefill chunks, decode roots, draft nodes. Refilled for every step; no allocation in the steady state.</summary>
public sealed class ForwardBatch
{
    private int[] _tokens = new int[64];
    private int[] _positions = new int[64];
    private int[] _parents = new int[64];

    /// <summary>Number of nodes, T.</summary>
    public int Count { get; private set; }

    /// <summary>[T] token ids.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>[T] positions in their sequence, for rotary embedding: PrefixLength + depth in the slice.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    /// <summary>[T] batch index of the node before it in its sequence (same slice, smaller index), or -1 where the prefix ends just before it.
    /// A node sees its prefix, its chain of parents, and itself.</summary>
    public ReadOnlySpan<int> Parents => _parents.AsSpan(0, Count);

    /// <summary>One per sequence, covering all nodes in order.</summary>
    public List<SequenceSlice> Slices { get; } = [];

    /// <summary>Batch indexes, ascending, of the nodes whose logits are wanted.</summary>
    public List<int> Outputs { get; } = [];

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        Count = 0;
        Slices.Clear();
        Outputs.Clear();
    }

    /// <summary>Opens the slice of another sequence; nodes added after it belong to it.</summary>
    /// <param name="firstRow">See <see cref="SequenceSlice.FirstRow"/>.</param>
    /// <param name="prefixLength">See <see cref="SequenceSlice.PrefixLength"/>.</param>
    /// <param name="reach">See <see cref="SequenceSlice.Reach"/>.</param>
    public void BeginSlice(int firstRow, int prefixLength, int reach = 0) =>
        Slices.Add(new SequenceSlice(firstRow, prefixLength, Count, 0, reach));

    /// <summary>Adds a node to the slice opened last.</summary>
    /// <param name="token">Its token.</param>
    /// <param name="parent">Batch index of its parent in the same slice, or -1 for a child of the prefix.</param>
    /// <param name="output">Whether its logits are wanted.</param>
    /// <returns>Its batch index.</returns>
    public int Add(int token, int parent, bool output)
    {
        if (Count == _tokens.Length) Grow();
        var slice = Slices[^1];
        _tokens[Count] = token;
        _parents[Count] = parent;
        _positions[Count] = parent < 0 ? slice.PrefixLength : _positions[parent] + 1;
        if (output) Outputs.Add(Count);
        Slices[^1] = slice with { Count = slice.Count + 1 };
        return Count++;
    }

    private void Grow()
    {
        Array.Resize(ref _tokens, _tokens.Length * 2);
        Array.Resize(ref _positions, _positions.Length * 2);
        Array.Resize(ref _parents, _parents.Length * 2);
    }
}
