namespace NGrammys.Inference.Constraints;

/// <summary>The edges of one sort of a whole grammar, behind each other in the order of their nodes.</summary>
internal readonly struct EdgesByNode
{
    private readonly Edge[] _edges;
    private readonly int[] _first;

    /// <summary>Sorts edges by node; those of one node stay in order.</summary>
    public EdgesByNode(List<(int From, Edge Edge)> all, int nodes, bool reading)
    {
        _first = new int[nodes + 2];
        foreach (var (from, edge) in all)
        {
            if (edge.Kind == EdgeKind.Byte == reading) _first[from + 2]++;
        }

        for (var node = 2; node < _first.Length; node++) _first[node] += _first[node - 1];
        _edges = new Edge[_first[^1]];
        foreach (var (from, edge) in all)
        {
            if (edge.Kind == EdgeKind.Byte == reading) _edges[_first[from + 1]++] = edge;
        }
    }

    /// <summary>The edges of a node.</summary>
    public ReadOnlySpan<Edge> this[int node] => _edges.AsSpan(_first[node], _first[node + 1] - _first[node]);
}
