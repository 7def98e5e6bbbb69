using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Cpu;

/// <summary>For every node of a batch the cache rows of its ancestors in the batch and its own, in the order of their positions.</summary>
internal sealed class AncestorPaths
{
    private int[] _rows = [];
    private int[] _starts = [];
    private int[] _lengths = [];
    private int _end;

    /// <summary>Refills the paths; allocates only for a batch larger than any before.</summary>
    public void Fill(ForwardBatch batch)
    {
        if (_starts.Length < batch.Count) (_starts, _lengths) = (new int[2 * batch.Count], new int[2 * batch.Count]);
        _end = 0;
        foreach (var slice in batch.Slices)
        {
            for (var node = slice.Start; node < slice.Start + slice.Count; node++)
                Add(node, batch.Parents[node], slice.FirstRow + slice.PrefixLength + node - slice.Start);
        }
    }

    /// <summary>Rows behind the prefix that the node sees, itself last.</summary>
    public ReadOnlySpan<int> this[int node] => _rows.AsSpan(_starts[node], _lengths[node]);

    // A path is the beginning of its children's; only the second child needs a copy. So a chain of n nodes takes n places, not n².
    private void Add(int node, int parent, int row)
    {
        var length = parent < 0 ? 0 : _lengths[parent];
        if (_end + length + 1 > _rows.Length) Array.Resize(ref _rows, 2 * (_end + length + 1));
        _starts[node] = _end;
        if (parent >= 0 && _starts[parent] + length == _end) _starts[node] = _starts[parent];
        else if (parent >= 0) this[parent].CopyTo(_rows.AsSpan(_end));
        _lengths[node] = length + 1;
        _end = _starts[node] + length + 1;
        _rows[_end - 1] = row;
    }
}
