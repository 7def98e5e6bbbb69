using System.Runtime.InteropServices;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The computed nodes of one turn, numbered in the order of their computing, and a file that keeps them: a run that is broken off, or comes again with
/// another drafter, computes only what is new.</summary>
/// <remarks>Nodes 0, 1, … are the last token of the prompt and the reply itself; a parent stands before its children.</remarks>
internal sealed class NodeFile
{
    /// <summary>Next tokens per node.</summary>
    public const int Width = LikelyTokens.Width;

    private const int RecordBytes = 2 * sizeof(int) + Width * (sizeof(int) + sizeof(byte));

    private readonly string _path;
    private readonly Dictionary<(int Parent, int Token), int> _children = [];
    private readonly List<(int Parent, int Token)> _nodes = [];
    private readonly List<int> _next = [];
    private readonly List<byte> _shares = [];
    private readonly int _kept;

    /// <summary>Reads what the file has; none is an empty one, and a record that was cut off is dropped.</summary>
    public NodeFile(string path)
    {
        _path = path;
        ReadOnlySpan<byte> bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        for (; bytes.Length >= RecordBytes; bytes = bytes[RecordBytes..])
        {
            var numbers = MemoryMarshal.Cast<byte, int>(bytes[..(RecordBytes - Width)]);
            Add(numbers[0], numbers[1], numbers[2..], bytes[(RecordBytes - Width)..RecordBytes]);
        }

        _kept = Count;
    }

    /// <summary>Number of nodes.</summary>
    public int Count => _nodes.Count;

    /// <summary>The node behind a parent that has this token; -1 if it was not computed.</summary>
    public int Find(int parent, int token) => _children.GetValueOrDefault((parent, token), -1);

    /// <summary>Adds a computed node.</summary>
    public void Add(int parent, int token, ReadOnlySpan<int> next, ReadOnlySpan<byte> shares)
    {
        _children[(parent, token)] = _nodes.Count;
        _nodes.Add((parent, token));
        _next.AddRange(next);
        _shares.AddRange(shares);
    }

    /// <summary>[Width] the likeliest tokens behind a node.</summary>
    public ReadOnlySpan<int> Next(int node) => CollectionsMarshal.AsSpan(_next).Slice(node * Width, Width);

    /// <summary>[Width] their shares.</summary>
    public ReadOnlySpan<byte> Shares(int node) => CollectionsMarshal.AsSpan(_shares).Slice(node * Width, Width);

    /// <summary>Writes the nodes that the file does not have yet.</summary>
    public void Save()
    {
        if (Count == _kept) return;
        using var stream = new FileStream(_path, FileMode.OpenOrCreate);
        stream.SetLength((long)_kept * RecordBytes);
        stream.Seek(0, SeekOrigin.End);
        using var writer = new BinaryWriter(stream);
        for (var node = _kept; node < Count; node++)
        {
            writer.Write(_nodes[node].Parent);
            writer.Write(_nodes[node].Token);
            writer.Write(MemoryMarshal.AsBytes(Next(node)));
            writer.Write(Shares(node));
        }
    }
}
