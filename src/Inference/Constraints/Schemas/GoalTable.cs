namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Goals are sets of schemas that are to hold, or not, for one value. Equal ones have one number and one list of shapes, so that recursion ends.</summary>
internal sealed class GoalTable
{
    /// <summary>The goal that no value fulfils.</summary>
    public const int Never = -1;

    private const int MaxGoals = 20_000;

    private readonly Dictionary<NodeSet, int> _known = [];
    private readonly List<Literal[]> _literals = [];

    /// <summary>Number of goals.</summary>
    public int Count => _literals.Count;

    /// <summary>What a goal asks for.</summary>
    public IReadOnlyList<Literal> this[int goal] => _literals[goal];

    /// <summary>The goal of some literals.</summary>
    /// <exception cref="ConstraintException">There are too many goals.</exception>
    public int Of(IEnumerable<Literal> literals)
    {
        Literal[] own = [.. literals.Where(literal => !Trivial(literal, literal.Holds)).DistinctBy(literal => (literal.Node.Id, literal.Holds)).OrderBy(literal => literal.Node.Id)];
        if (own.Any(literal => Trivial(literal, !literal.Holds))) return Never;
        var key = new NodeSet([.. own.Select(literal => (literal.Node.Id * 2) + (literal.Holds ? 1 : 0))]);
        if (_known.TryGetValue(key, out var goal)) return goal;
        if (_literals.Count >= MaxGoals) throw new ConstraintException("schema", $"it needs more than {MaxGoals} combinations of schemas; make it simpler.");
        _literals.Add(own);
        return _known[key] = _literals.Count - 1;
    }

    // Whether a literal says nothing if it is to be what it is.
    private static bool Trivial(Literal literal, bool holds) => !literal.Node.IsConstant
        && literal.Node.Element.ValueKind == (holds ? System.Text.Json.JsonValueKind.True : System.Text.Json.JsonValueKind.False);
}
