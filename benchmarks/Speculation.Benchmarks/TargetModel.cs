using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Sampling;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The target model at the nodes of draft trees: real forward passes, each node of a turn computed once, whoever drafts it.</summary>
/// <remarks>
/// A node's logits depend on the tokens up to it alone, bit for bit, on the CPU executor; so what one strategy has paid for need not be computed
/// again for the next. The reply is read first, and checked to be the model's own. Its keys and values stay in the upper half of the cache, from
/// where they are put back after every pass that has written over them.
/// </remarks>
internal sealed class TargetModel(IForwardExecutor executor, int vocabulary)
{
    private const int Chunk = 64;
    private const int Width = LikelyTokens.Width;

    private readonly ForwardBatch _batch = new();
    private readonly Dictionary<(int Parent, int Token), int> _children = [];
    private readonly List<int> _next = [];
    private readonly List<byte> _shares = [];
    private readonly float[] _logits = new float[(Chunk + 1) * vocabulary];
    private readonly List<int> _computed = [];
    private int[] _ids = new int[64];
    private int[] _batchIndex = new int[64];
    private int[] _gathered = new int[64 * Width];
    private byte[] _gatheredShares = new byte[64 * Width];
    private int _firstNode, _length;

    private int Master => executor.KvRows / 2;

    /// <summary>Nodes computed so far.</summary>
    public long Nodes { get; private set; }

    /// <summary>Reads a turn.</summary>
    /// <exception cref="InvalidOperationException">The reply is not the model's own.</exception>
    public void Read(Turn turn)
    {
        int[] text = [.. turn.Prompt, .. turn.Reply];
        _children.Clear();
        _next.Clear();
        _shares.Clear();
        (_length, _firstNode) = (text.Length, turn.Prompt.Length - 1);
        for (var done = 0; done < text.Length; done += _batch.Count)
        {
            _batch.Clear();
            _batch.BeginSlice(Master, done);
            for (var at = done; at < Math.Min(text.Length, done + Chunk); at++) _batch.Add(text[at], at - done - 1, output: at >= _firstNode);
            Forward();
        }

        for (var at = _firstNode; at < text.Length - 1; at++)
        {
            if (_next[(at - _firstNode) * Width] != text[at + 1]) throw new InvalidOperationException($"The model says another token at {at + 1} than its reply.");
            _children[(at - _firstNode, text[at + 1])] = at + 1 - _firstNode;
        }

        Restore(0, text.Length);
    }

    /// <summary>What the model says at the root, the last of the first <paramref name="position"/> tokens, and at the nodes of a tree.</summary>
    public VerifiedNodes Verify(int position, DraftTree tree)
    {
        if (_ids.Length < tree.Count + 1)
        {
            var size = 2 * tree.Count + 1;
            (_ids, _batchIndex, _gathered, _gatheredShares) = (new int[size], new int[size], new int[size * Width], new byte[size * Width]);
        }

        _ids[0] = position - 1 - _firstNode;
        for (var node = 0; node < tree.Count; node++)
        {
            var parent = _ids[tree.Parents[node] + 1];
            _ids[node + 1] = parent >= 0 && _children.TryGetValue((parent, tree.Tokens[node]), out var id) ? id : -1;
        }

        // Missing nodes in portions, each with its ancestors.
        while (Array.IndexOf(_ids, -1, 1, tree.Count) > 0) Compute(position, tree);
        for (var row = 0; row <= tree.Count; row++)
        {
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_next).Slice(_ids[row] * Width, Width).CopyTo(_gathered.AsSpan(row * Width));
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_shares).Slice(_ids[row] * Width, Width).CopyTo(_gatheredShares.AsSpan(row * Width));
        }

        return new VerifiedNodes
        {
            Tokens = tree.Tokens,
            Parents = tree.Parents,
            Next = _gathered.AsSpan(0, (tree.Count + 1) * Width),
            Shares = _gatheredShares.AsSpan(0, (tree.Count + 1) * Width),
        };
    }

    private void Compute(int position, DraftTree tree)
    {
        Array.Fill(_batchIndex, -1);
        _batch.Clear();
        _batch.BeginSlice(0, position);
        _computed.Clear();
        for (var node = 0; node < tree.Count && _batch.Outputs.Count < Chunk; node++)
        {
            if (_ids[node + 1] < 0) Add(tree, node);
        }

        var first = _next.Count / Width;
        Forward();
        for (var i = 0; i < _computed.Count; i++)
        {
            var node = _computed[i];
            _ids[node + 1] = first + i;
            _children[(_ids[tree.Parents[node] + 1], tree.Tokens[node])] = first + i;
        }

        Restore(position, Math.Min(_batch.Count, Math.Max(0, _length - position)));
    }

    private int Add(DraftTree tree, int node)
    {
        if (node == DraftTree.Root) return -1;
        if (_batchIndex[node] >= 0) return _batchIndex[node];
        var parent = Add(tree, tree.Parents[node]);
        var missing = _ids[node + 1] < 0;
        if (missing) _computed.Add(node);
        return _batchIndex[node] = _batch.Add(tree.Tokens[node], parent, output: missing);
    }

    private void Forward()
    {
        var rows = _batch.Outputs.Count;
        executor.Forward(_batch, _logits.AsSpan(0, rows * vocabulary));
        Nodes += _batch.Count;
        Span<int> next = stackalloc int[Width];
        Span<byte> shares = stackalloc byte[Width];
        for (var row = 0; row < rows; row++)
        {
            TopTokens.Select(_logits.AsSpan(row * vocabulary, vocabulary), next, shares);
            _next.AddRange(next);
            _shares.AddRange(shares);
        }
    }

    private void Restore(int row, int count) => executor.MoveRows([.. Enumerable.Range(Master + row, count)], row);
}
