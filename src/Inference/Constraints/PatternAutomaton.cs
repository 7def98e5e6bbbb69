namespace NGrammys.Inference.Constraints;

/// <summary>Several patterns read at once and made deterministic: each state knows which of them match there, so that "all of these, none of those" is a choice of states.</summary>
internal sealed class PatternAutomaton
{
    /// <summary>Most patterns.</summary>
    public const int MaxPatterns = 60;

    private const int MaxStates = 10_000;

    // Of a choice of texts, whose states cost little.
    private const int MaxLetters = 60_000;

    // Of all sets of states together: what an exponential pattern may cost.
    private const int MaxWork = 1_000_000;

    private readonly List<ulong> _labels = [];
    private readonly List<List<(int Low, int High, int Target)>> _edges = [];
    private readonly PatternNfa _nfa = new();
    private readonly List<NodeSet> _sets = [];
    private readonly Dictionary<NodeSet, int> _known = [];
    private readonly HashSet<int> _closure = [];
    private readonly Stack<int> _open = [];
    private readonly List<int> _kept = [];
    private readonly ulong[] _ends;
    private int _work;

    /// <summary>Builds it.</summary>
    /// <param name="patterns">Patterns of whole texts, without anchors.</param>
    /// <exception cref="ConstraintException">It would have too many states.</exception>
    public PatternAutomaton(IReadOnlyList<Pattern> patterns)
    {
        if (patterns.Count > MaxPatterns) throw new ConstraintException("pattern", $"more than {MaxPatterns} patterns meet in one place; use fewer.");
        var start = _nfa.Node();
        var ends = new List<(int Node, ulong Label)>();
        for (var i = 0; i < patterns.Count; i++)
        {
            var (from, to) = (_nfa.Node(), _nfa.Node());
            _nfa.Skips(start).Add(from);
            _nfa.Add(patterns[i], from, to);
            ends.Add((to, 1UL << i));
        }

        _ends = new ulong[_nfa.Node()];
        foreach (var (node, label) in ends) _ends[node] = label;
        Intern([start]);
        for (var state = 0; state < _sets.Count; state++) Expand(state);
    }

    private PatternAutomaton(List<ulong> labels, List<List<(int Low, int High, int Target)>> edges) => (_labels, _edges, _ends) = (labels, edges, []);

    /// <summary>Number of states.</summary>
    public int Count => _labels.Count;

    /// <summary>Labels of the texts there are.</summary>
    public IEnumerable<ulong> Labels => _labels.Distinct();

    /// <summary>Whether patterns match at a state.</summary>
    public ulong LabelAt(int state) => _labels[state];

    /// <summary>Where the characters of a state lead; every character leads somewhere.</summary>
    public IReadOnlyList<(int Low, int High, int Target)> EdgesOf(int state) => _edges[state];

    /// <summary>Builds the automaton of one pattern, a choice of texts, without a detour: its states are a trie and a state for everything else.</summary>
    public static PatternAutomaton Of(Words words)
    {
        var (labels, children) = (new List<ulong> { 0 }, new List<SortedDictionary<int, int>> { new() });
        foreach (var word in words.Items)
        {
            var state = 0;
            foreach (var rune in word.EnumerateRunes())
            {
                if (!children[state].TryGetValue(rune.Value, out var next))
                {
                    if (labels.Count >= MaxLetters) throw new ConstraintException("schema", "its names or values are too long together; make them fewer.");
                    children[state][rune.Value] = next = labels.Count;
                    labels.Add(0);
                    children.Add([]);
                }

                state = next;
            }

            labels[state] = 1;
        }

        var other = labels.Count;
        labels.Add(0);
        children.Add([]);
        return new PatternAutomaton(labels, children.ConvertAll(own => Complete(own, other)));
    }

    /// <summary>Which patterns a text matches.</summary>
    public ulong LabelOf(string text)
    {
        var state = 0;
        foreach (var rune in text.EnumerateRunes()) state = _edges[state].Find(edge => edge.Low <= rune.Value && rune.Value <= edge.High).Target;
        return _labels[state];
    }

    /// <summary>Writes it into a grammar, from a node on; texts end at the node that belongs to their label, or cannot where there is none.</summary>
    /// <param name="grammar">Receives it.</param>
    /// <param name="emitter">Writes the characters.</param>
    /// <param name="from">Where the texts begin.</param>
    /// <param name="end">The node that belongs to a label.</param>
    public void Emit(Grammar grammar, CharacterEmitter emitter, int from, Func<ulong, int?> end)
    {
        var ends = _labels.Select(end).ToArray();
        var lengths = new TextLengths(this, state => ends[state] is not null, emitter.Limits);
        var nodes = new int[Count];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = lengths.Reaches(i) ? grammar.Node() : -1;
        if (nodes[0] < 0) return;
        grammar.Skip(from, nodes[0]);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] < 0) continue;
            if (ends[i] is { } node) emitter.End(nodes[i], node);
            foreach (var (target, ranges) in ByTarget(_edges[i]))
            {
                if (nodes[target] < 0) continue;
                var set = CodeSet.Of(ranges);
                var reading = emitter.Emit(set, nodes[i], nodes[target], lengths.Shortest(target), lengths.Longest(target));
                if (target == i && lengths.Shortest(i) == 0) emitter.MarkFree(reading, set);
            }
        }
    }

    private static Dictionary<int, List<(int Low, int High)>> ByTarget(List<(int Low, int High, int Target)> edges)
    {
        var found = new Dictionary<int, List<(int, int)>>();
        foreach (var (low, high, target) in edges)
        {
            if (!found.TryGetValue(target, out var ranges)) found[target] = ranges = [];
            ranges.Add((low, high));
        }

        return found;
    }

    private static List<(int Low, int High, int Target)> Complete(SortedDictionary<int, int> children, int other)
    {
        var (edges, from) = (new List<(int, int, int)>((children.Count * 2) + 1), 0);
        foreach (var (code, target) in children)
        {
            if (code > from) edges.Add((from, code - 1, other));
            edges.Add((code, code, target));
            from = code + 1;
        }

        if (from <= CodeSet.Last) edges.Add((from, CodeSet.Last, other));
        return edges;
    }

    private void Expand(int state)
    {
        var edges = _sets[state].Items.SelectMany(_nfa.Edges).ToList();
        _work += edges.Count;
        if (edges.Count == 0)
        {
            _edges[state].Add((0, CodeSet.Last, Intern([])));
            return;
        }

        var cuts = edges.Select(edge => edge.Low).Concat(edges.Select(edge => edge.High + 1)).Append(0).Append(CodeSet.Last + 1).Distinct().Order().ToArray();
        var byLow = edges.OrderBy(edge => edge.Low).ToArray();
        var (live, next) = (new List<(int Low, int High, int Target)>(), 0);
        for (var i = 0; i + 1 < cuts.Length; i++)
        {
            live.RemoveAll(edge => edge.High < cuts[i]);
            for (; next < byLow.Length && byLow[next].Low <= cuts[i]; next++) live.Add(byLow[next]);
            _work += live.Count;
            _edges[state].Add((cuts[i], cuts[i + 1] - 1, Intern(live.Select(edge => edge.Target))));
        }
    }

    private int Intern(IEnumerable<int> nodes)
    {
        _closure.Clear();
        _kept.Clear();
        foreach (var node in nodes) _open.Push(node);
        while (_open.TryPop(out var node))
        {
            if (!_closure.Add(node)) continue;
            foreach (var next in _nfa.Skips(node)) _open.Push(next);
            // Nodes that neither read nor end tell no states apart.
            if (_nfa.Edges(node).Count > 0 || _ends[node] != 0) _kept.Add(node);
        }

        _kept.Sort();
        var items = _kept.ToArray();
        var key = new NodeSet(items);
        if (_known.TryGetValue(key, out var found)) return found;
        _work += items.Length;
        if (_sets.Count >= MaxStates || _work > MaxWork) throw new ConstraintException("pattern", "it needs too many states, alone or together with what it meets; make it simpler.");
        _sets.Add(key);
        _labels.Add(items.Aggregate(0UL, (label, node) => label | _ends[node]));
        _edges.Add([]);
        return _known[key] = _sets.Count - 1;
    }
}
