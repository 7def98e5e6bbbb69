namespace NGrammys.Drafting;

/// <summary>A ragged trie of guessed continuations: one node is one token to verify, and guesses that begin alike share their nodes.</summary>
/// <remarks>
/// Nodes are numbered in the order of their adding, so a parent always stands before its children; the root, the last accepted token, is not a
/// node and has the index <see cref="Root"/>. The arrays are reused: after <see cref="Clear"/> a tree of no greater size allocates nothing, and
/// spans handed out before hold new content. Not thread-safe.
/// </remarks>
public sealed class DraftTree
{
    /// <summary>Index that stands for the root.</summary>
    public const int Root = -1;

    private int[] _tokens = new int[32];
    private int[] _parents = new int[32];
    private int[] _depths = new int[32];
    private DraftSource[] _sources = new DraftSource[32];
    private float[] _survival = new float[32];

    /// <summary>Number of nodes, N; the root does not count.</summary>
    public int Count { get; private set; }

    /// <summary>[N] guessed tokens.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>[N] indexes of the parents, each smaller than the node's own; <see cref="Root"/> for the first guesses.</summary>
    public ReadOnlySpan<int> Parents => _parents.AsSpan(0, Count);

    /// <summary>[N] distances from the root; 1 for the first guesses.</summary>
    public ReadOnlySpan<int> Depths => _depths.AsSpan(0, Count);

    /// <summary>[N] who guessed the token first.</summary>
    public ReadOnlySpan<DraftSource> Sources => _sources.AsSpan(0, Count);

    /// <summary>[N] estimated probabilities, in [0, 1], that the node is reached and accepted.</summary>
    public ReadOnlySpan<float> Survival => _survival.AsSpan(0, Count);

    /// <summary>Removes all nodes.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a guess, or finds the node that makes the same guess already; that one keeps its source and the greater survival.</summary>
    /// <param name="token">The guessed token.</param>
    /// <param name="parent">Node behind which it is guessed, or <see cref="Root"/>.</param>
    /// <param name="source">Who guesses it.</param>
    /// <param name="survival">Estimated probability, in [0, 1], that the node is reached and accepted.</param>
    /// <returns>Index of the node.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parent.</exception>
    public int Add(int token, int parent, DraftSource source, float survival)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parent, Root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parent, Count);
        var node = Child(parent, token);
        if (node >= 0)
        {
            _survival[node] = Math.Max(_survival[node], survival);
            return node;
        }
        if (Count == _tokens.Length) Grow();
        _tokens[Count] = token;
        _parents[Count] = parent;
        _depths[Count] = parent == Root ? 1 : _depths[parent] + 1;
        _sources[Count] = source;
        _survival[Count] = survival;
        return Count++;
    }

    /// <summary>Copies the guessed tokens from the root to a node.</summary>
    /// <param name="node">The node, or <see cref="Root"/> for none.</param>
    /// <param name="path">Receives the tokens; at least as long as the node is deep.</param>
    public void CopyPath(int node, Span<int> path)
    {
        for (; node != Root; node = _parents[node]) path[_depths[node] - 1] = _tokens[node];
    }

    private int Child(int parent, int token)
    {
        for (var node = parent + 1; node < Count; node++)
        {
            if (_parents[node] == parent && _tokens[node] == token) return node;
        }
        return -1;
    }

    private void Grow()
    {
        var capacity = Count * 2;
        Array.Resize(ref _tokens, capacity);
        Array.Resize(ref _parents, capacity);
        Array.Resize(ref _depths, capacity);
        Array.Resize(ref _sources, capacity);
        Array.Resize(ref _survival, capacity);
    }
}
