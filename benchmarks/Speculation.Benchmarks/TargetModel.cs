using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NGrammys.Drafting;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Sampling;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The target model at the nodes of draft trees: real forward passes, each node of a turn computed once, whoever drafts it.</summary>
/// <remarks>
/// A node's logits depend on the tokens up to it alone, bit for bit, on the CPU executor; so what one strategy has paid for need not be computed
/// again for the next, nor by the next run. The reply is checked to be the model's own when its turn is first computed. Its keys and values stay in the
/// upper half of the cache, from where they are put back after every pass that has written over them.
/// </remarks>
/// <param name="executor">Runs the passes.</param>
/// <param name="vocabulary">Number of tokens, V.</param>
/// <param name="folder">Keeps the nodes, a file for each turn.</param>
/// <param name="fingerprint">Of the model: nodes of another are never taken for its own.</param>
internal sealed class TargetModel(IForwardExecutor executor, int vocabulary, string folder, string fingerprint)
{
    private const int Chunk = 64;
    private const int Width = NodeFile.Width;

    private readonly ForwardBatch _batch = new();
    private readonly float[] _logits = new float[(Chunk + 1) * vocabulary];
    private readonly int[] _top = new int[Width];
    private readonly byte[] _topShares = new byte[Width];
    private readonly List<int> _missing = [];
    private int[] _ids = new int[64];
    private int[] _batchIndex = new int[64];
    private int[] _gathered = new int[64 * Width];
    private byte[] _gatheredShares = new byte[64 * Width];
    private int[] _text = [];
    private NodeFile? _nodes;
    private int _firstNode;
    private bool _read;

    private int Master => executor.KvRows / 2;

    /// <summary>Rows of forward passes so far.</summary>
    public long Computed { get; private set; }

    /// <summary>Begins a turn.</summary>
    /// <exception cref="InvalidOperationException">The reply is not the model's own.</exception>
    public void Begin(Turn turn)
    {
        _text = [.. turn.Prompt, .. turn.Reply];
        var name = SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(fingerprint), .. MemoryMarshal.AsBytes(_text.AsSpan())]);
        _nodes = new NodeFile(Path.Combine(folder, Convert.ToHexStringLower(name.AsSpan(0, 12)) + ".nodes"));
        (_firstNode, _read) = (turn.Prompt.Length - 1, false);
        if (_nodes.Count == 0) Read();
    }

    /// <summary>Ends a turn: what was computed is kept.</summary>
    public void End() => _nodes?.Save();

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
            _ids[node + 1] = parent >= 0 ? _nodes!.Find(parent, tree.Tokens[node]) : -1;
        }

        // Missing nodes in portions, each with its ancestors.
        while (Array.IndexOf(_ids, -1, 1, tree.Count) > 0) Compute(position, tree);
        for (var row = 0; row <= tree.Count; row++)
        {
            _nodes!.Next(_ids[row]).CopyTo(_gathered.AsSpan(row * Width));
            _nodes.Shares(_ids[row]).CopyTo(_gatheredShares.AsSpan(row * Width));
        }

        return new VerifiedNodes
        {
            Tokens = tree.Tokens,
            Parents = tree.Parents,
            Next = _gathered.AsSpan(0, (tree.Count + 1) * Width),
            Shares = _gatheredShares.AsSpan(0, (tree.Count + 1) * Width),
        };
    }

    private void Read()
    {
        var known = _nodes!.Count > 0;
        for (var done = 0; done < _text.Length; done += _batch.Count)
        {
            _batch.Clear();
            _batch.BeginSlice(Master, done);
            for (var at = done; at < Math.Min(_text.Length, done + Chunk); at++) _batch.Add(_text[at], at - done - 1, output: !known && at >= _firstNode);
            var row = 0;
            Forward();
            for (var at = Math.Max(done, _firstNode); !known && at < done + _batch.Count; at++)
            {
                Keep(at - _firstNode - 1, _text[at], row++);
                if (at + 1 < _text.Length && _top[0] != _text[at + 1]) throw new InvalidOperationException($"The model says another token at {at + 1} than its reply.");
            }
        }

        Restore(0, _text.Length);
        _read = true;
    }

    private void Compute(int position, DraftTree tree)
    {
        if (!_read) Read();
        Array.Fill(_batchIndex, -1);
        _batch.Clear();
        _batch.BeginSlice(0, position);
        _missing.Clear();
        for (var node = 0; node < tree.Count && _batch.Outputs.Count < Chunk; node++)
        {
            if (_ids[node + 1] < 0) Add(tree, node);
        }

        Forward();
        for (var row = 0; row < _missing.Count; row++)
        {
            var node = _missing[row];
            _ids[node + 1] = _nodes!.Count;
            Keep(_ids[tree.Parents[node] + 1], tree.Tokens[node], row);
        }

        Restore(position, Math.Min(_batch.Count, Math.Max(0, _text.Length - position)));
    }

    private int Add(DraftTree tree, int node)
    {
        if (node == DraftTree.Root) return -1;
        if (_batchIndex[node] >= 0) return _batchIndex[node];
        var parent = Add(tree, tree.Parents[node]);
        var missing = _ids[node + 1] < 0;
        if (missing) _missing.Add(node);
        return _batchIndex[node] = _batch.Add(tree.Tokens[node], parent, output: missing);
    }

    private void Forward()
    {
        executor.Forward(_batch, _logits.AsSpan(0, _batch.Outputs.Count * vocabulary));
        Computed += _batch.Count;
    }

    private void Keep(int parent, int token, int row)
    {
        TopTokens.Select(_logits.AsSpan(row * vocabulary, vocabulary), _top, _topShares);
        _nodes!.Add(parent, token, _top, _topShares);
    }

    private void Restore(int row, int count) => executor.MoveRows([.. Enumerable.Range(Master + row, count)], row);
}
