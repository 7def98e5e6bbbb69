namespace NGrammys.Inference.Constraints;

/// <summary>A nondeterministic automaton over bytes whose rules call each other and whose frames count: context-free, with arrays and objects bounded by counters.</summary>
internal sealed class Grammar
{
    /// <summary>Most nodes; what needs more is refused.</summary>
    public const int MaxNodes = 300_000;

    private readonly List<(int From, Edge Edge)> _building = [];
    private readonly List<(int Node, int Most)> _freeNodes = [];
    private int[] _free = [];
    private readonly byte[] _classes = new byte[256];
    private EdgesByNode _reading;
    private EdgesByNode _silent;
    private int _count;

    /// <summary>The objects that <see cref="EdgeKind.MayBegin"/>, <see cref="EdgeKind.Begun"/>, <see cref="EdgeKind.More"/> and <see cref="EdgeKind.Close"/> name.</summary>
    public List<PropertyCounting> Objects { get; } = [];

    /// <summary>Adds a node.</summary>
    /// <exception cref="ConstraintException">There are too many.</exception>
    public int Node()
    {
        if (_count >= MaxNodes) throw new ConstraintException("schema", $"it needs more than {MaxNodes} states; make it smaller.");
        return _count++;
    }

    /// <summary>Adds an edge.</summary>
    public void Add(int from, EdgeKind kind, int target, int a = 0, int b = 0) => _building.Add((from, new Edge(kind, a, b, target)));

    /// <summary>Adds a node behind an edge.</summary>
    public int After(int from, EdgeKind kind, int a = 0, int b = 0)
    {
        var next = Node();
        Add(from, kind, next, a, b);
        return next;
    }

    /// <summary>Adds an edge that reads nothing.</summary>
    public void Skip(int from, int target) => Add(from, EdgeKind.Skip, target);

    /// <summary>Adds an edge that reads a byte of [low, high].</summary>
    public void Bytes(int from, int low, int high, int target) => Add(from, EdgeKind.Byte, target, low, high);

    /// <summary>Adds a chain of bytes and returns its end.</summary>
    public int Text(int from, string ascii)
    {
        foreach (var character in ascii) from = After(from, EdgeKind.Byte, character, character);
        return from;
    }

    /// <summary>Marks a node at which plain characters of a string may follow without end, or until the count reaches <paramref name="most"/>.</summary>
    public void MarkFree(int node, int most) => _freeNodes.Add((node, most));

    /// <summary>How many more plain characters may follow at a node, wherever they lead.</summary>
    public int FreeAt(int node, int count) => _free[node] == int.MaxValue ? int.MaxValue : Math.Max(0, _free[node] - count);

    /// <summary>Ends building; edges are read from here on.</summary>
    public void Seal()
    {
        _free = new int[_count];
        foreach (var (node, most) in _freeNodes) _free[node] = most;
        _reading = new EdgesByNode(_building, _count, reading: true);
        _silent = new EdgesByNode(_building, _count, reading: false);
        Span<bool> cut = stackalloc bool[257];
        // A leading space may be told apart where nothing else tells it apart.
        cut[' '] = cut[' ' + 1] = true;
        foreach (var (_, edge) in _building)
        {
            if (edge.Kind == EdgeKind.Byte) cut[edge.A] = cut[edge.B + 1] = true;
        }

        for (var value = 1; value < 256; value++) _classes[value] = (byte)(_classes[value - 1] + (cut[value] ? 1 : 0));
        _building.Clear();
        _building.TrimExcess();
    }

    /// <summary>Number of classes of bytes.</summary>
    public int Classes => _classes[255] + 1;

    /// <summary>Bytes that no edge tells apart are of one class; classes ascend with bytes.</summary>
    public int ClassOf(int value) => _classes[value];

    /// <summary>The edges of a node that read a byte.</summary>
    public ReadOnlySpan<Edge> Reading(int node) => _reading[node];

    /// <summary>The edges of a node that read none.</summary>
    public ReadOnlySpan<Edge> Silent(int node) => _silent[node];
}
