namespace NGrammys.Inference.Constraints;

/// <summary>Patterns as a nondeterministic automaton over code points (Thompson's construction).</summary>
internal sealed class PatternNfa
{
    private const int MaxNodes = 100_000;

    private readonly List<List<(int Low, int High, int Target)>> _edges = [];
    private readonly List<List<int>> _skips = [];

    /// <summary>Adds a node.</summary>
    public int Node()
    {
        if (_edges.Count >= MaxNodes) throw new ConstraintException("pattern", $"it needs more than {MaxNodes} states; repeat less.");
        _edges.Add([]);
        _skips.Add([]);
        return _edges.Count - 1;
    }

    /// <summary>The ranges that a node reads, and where they lead.</summary>
    public List<(int Low, int High, int Target)> Edges(int node) => _edges[node];

    /// <summary>Nodes that are reached for nothing.</summary>
    public List<int> Skips(int node) => _skips[node];

    /// <summary>Connects two nodes by what a pattern matches.</summary>
    public void Add(Pattern pattern, int from, int to)
    {
        switch (pattern)
        {
            case Chars chars:
                foreach (var (low, high) in chars.Set.Ranges) _edges[from].Add((low, high, to));
                break;
            case Words words:
                AddWords(words.Items, from, to);
                break;
            case Multiples multiples:
                multiples.Write(this, from, to);
                break;
            case Sequence sequence:
                foreach (var item in sequence.Items) from = After(item, from);
                _skips[from].Add(to);
                break;
            case Choice choice:
                foreach (var item in choice.Items) Add(item, from, to);
                break;
            case Repeat repeat:
                AddRepeat(repeat, from, to);
                break;
            default:
                throw new ConstraintException("pattern", "an anchor stands in the middle; put ^ first and $ last.");
        }
    }

    private void AddRepeat(Repeat repeat, int from, int to)
    {
        for (var i = 0; i < repeat.Least; i++) from = After(repeat.Item, from);
        if (repeat.Most is not { } most)
        {
            var loop = Node();
            _skips[from].Add(loop);
            Add(repeat.Item, loop, loop);
            _skips[loop].Add(to);
            return;
        }

        for (var i = repeat.Least; i < most; i++)
        {
            _skips[from].Add(to);
            from = After(repeat.Item, from);
        }

        _skips[from].Add(to);
    }

    // As a trie, so that thousands of them make no more places than one.
    private void AddWords(IReadOnlyList<string> words, int from, int to)
    {
        var known = new Dictionary<(int Node, int Code), int>();
        foreach (var word in words)
        {
            var node = from;
            foreach (var rune in word.EnumerateRunes())
            {
                if (!known.TryGetValue((node, rune.Value), out var next))
                {
                    known[(node, rune.Value)] = next = Node();
                    _edges[node].Add((rune.Value, rune.Value, next));
                }

                node = next;
            }

            _skips[node].Add(to);
        }
    }

    private int After(Pattern pattern, int from)
    {
        var next = Node();
        Add(pattern, from, next);
        return next;
    }
}
