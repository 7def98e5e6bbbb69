using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>From goals to shapes: solves a goal for every type and builds a shape of each way. Not thread-safe.</summary>
internal sealed class ShapeBuilder
{
    // Each is checked against everything that is said.
    private const int MaxChecked = 2000;

    private static readonly JsonElement[] Bare = [JsonElement.Parse("null"), JsonElement.Parse("true"), JsonElement.Parse("false")];

    private readonly SchemaMeaning _meaning;
    private readonly SchemaSolver _solver;
    private readonly SchemaValidator _validator;
    private readonly ObjectShapes _objects;
    private readonly SchemaDocument _document;
    private readonly Dictionary<int, List<Shape>?> _shapes = [];
    private readonly Dictionary<(int, int, JsonType), bool> _disjoint = [];

    /// <summary>Prepares it for one document.</summary>
    public ShapeBuilder(SchemaDocument document)
    {
        _document = document;
        _meaning = new SchemaMeaning(document);
        _solver = new SchemaSolver(_meaning);
        _validator = new SchemaValidator(_meaning);
        _objects = new ObjectShapes(Goals, _validator, literal => Solve([literal], JsonType.String));
    }

    /// <summary>The goals met so far.</summary>
    public GoalTable Goals { get; } = new();

    /// <summary>The shapes of a goal.</summary>
    /// <exception cref="ConstraintException">A keyword is not understood, or a limit is passed.</exception>
    public IReadOnlyList<Shape> ShapesOf(int goal)
    {
        if (_shapes.TryGetValue(goal, out var known) && known is not null) return known;
        _shapes[goal] = null;
        return _shapes[goal] = Build(goal);
    }

    private List<Shape> Build(int goal)
    {
        var (shapes, values) = (new List<Shape>(), new List<JsonElement>());
        foreach (var type in Enum.GetValues<JsonType>())
        {
            foreach (var demands in Solve(Goals[goal], type))
            {
                if (type is JsonType.Null or JsonType.Boolean) demands.Restrict([.. Bare.Where(value => JsonTypes.TypeOf(value) == type)]);
                if (demands.Values is { } own) values.AddRange(own);
                else if (Shape(demands, type) is { } shape) shapes.Add(shape);
            }
        }

        if (values.Count > 0) shapes.AddRange(OfValues(values, Goals[goal]));
        return shapes;
    }

    private List<Demands> Solve(IEnumerable<Literal> literals, JsonType type) => _solver.Solve(literals, type, (one, other) => Disjoint(one, other, type));

    private Shape? Shape(Demands demands, JsonType type)
    {
        if (demands.Refusal is var (keyword, reason)) throw new ConstraintException(keyword, reason);
        return type switch
        {
            JsonType.Number => OfNumbers(NumberPatterns.Of(demands)),
            JsonType.String => StringShapes.Of(demands),
            JsonType.Array => OfArray(demands),
            _ => _objects.Of(demands),
        };
    }

    private static BareShape? OfNumbers(List<(Pattern Pattern, bool Matches)> patterns)
    {
        var automaton = new PatternAutomaton([.. patterns.Select(entry => entry.Pattern)]);
        var wanted = Labels.Wanted(patterns.Select(entry => entry.Matches));
        return automaton.Labels.Contains(wanted) ? new BareShape(automaton, label => label == wanted) : null;
    }

    private ArrayShape? OfArray(Demands demands)
    {
        if (demands.Excluded.Count > 0) throw new ConstraintException("not", "arrays that are not certain values are not understood.");
        if (demands.Unique && demands.Most is null or > 1) throw new ConstraintException("uniqueItems", "it is not understood; drop it, or let there be at most one item.");
        var most = demands.Most;
        var goals = new List<int>();
        var length = demands.ArrayLayers.Count == 0 ? 0 : demands.ArrayLayers.Max(layer => layer.Prefix.Length);
        for (var i = 0; i <= length; i++)
        {
            var goal = Goals.Of(demands.ArrayLayers.Select(layer => i < layer.Prefix.Length ? layer.Prefix[i] : layer.Rest).OfType<Literal>());
            if (goal == GoalTable.Never) most = Math.Min(most ?? int.MaxValue, i);
            goals.Add(goal);
            if (goal == GoalTable.Never) break;
        }

        return demands.Least > most ? null : new ArrayShape([.. goals[..^1]], goals[^1], demands.Least, most);
    }

    private IEnumerable<Shape> OfValues(List<JsonElement> values, IReadOnlyList<Literal> literals)
    {
        var sure = literals.All(NamesValuesOnly);
        if (!sure && values.Count > MaxChecked) throw new ConstraintException("enum", $"more than {MaxChecked} values meet other keywords; name fewer, or say no more than them.");
        JsonElement[] valid = [.. values.DistinctBy(value => value.GetRawText()).Where(value => sure || literals.All(literal => _validator.Holds(literal, value)))];
        string[] texts = [.. valid.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)];
        if (texts.Length > 0) yield return new StringShape(PatternAutomaton.Of(new Words(texts)), label => label == 1, default);
        Pattern[] bare =
        [
            .. valid.Where(value => value.ValueKind is JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False).Select(value => Pattern.Literal(value.GetRawText())),
            .. valid.Where(value => value.ValueKind == JsonValueKind.Number).Select(NumberPatterns.Constant),
        ];
        if (bare.Length > 0) yield return new BareShape(new PatternAutomaton([new Choice(bare)]), label => label == 1);
        foreach (var value in valid)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                int[] items = [.. value.EnumerateArray().Select(Constant)];
                yield return new ArrayShape(items, GoalTable.Never, items.Length, items.Length);
            }
            else if (value.ValueKind == JsonValueKind.Object)
            {
                var listed = value.EnumerateObject().DistinctBy(property => property.Name).Select(property => new ListedProperty(property.Name, Constant(value.GetProperty(property.Name)), true)).ToArray();
                yield return new ObjectShape(listed, null, new Dictionary<ulong, int>(), listed.Length, null);
            }
        }
    }

    // The solver has seen to everything that such a schema says.
    private static bool NamesValuesOnly(Literal literal) => literal.Holds
        && (literal.Node.IsConstant || (literal.Node.Element.ValueKind == JsonValueKind.Object && literal.Node.Has("enum") && literal.Node.Element.EnumerateObject().All(property => property.Name switch
        {
            "enum" or "title" or "description" or "default" or "examples" or "$comment" => true,
            "type" => property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() != "integer",
            _ => false,
        })));

    private int Constant(JsonElement value) => Goals.Of([new Literal(_document.Constant(value), true)]);

    // A contradiction, or a property or item that must be there and can be nothing.
    private bool Disjoint(SchemaNode one, SchemaNode other, JsonType type)
    {
        var key = (one.Id, other.Id, type);
        if (_disjoint.TryGetValue(key, out var known)) return known;
        _disjoint[key] = false;
        var ways = Solve([new Literal(one, true), new Literal(other, true)], type);
        return _disjoint[key] = ways.TrueForAll(demands => Impossible(demands, type, [new Literal(one, true), new Literal(other, true)]));
    }

    private bool Impossible(Demands demands, JsonType type, Literal[] literals)
    {
        if (demands.Values is { } values) return values.TrueForAll(value => !literals.All(literal => _validator.Holds(literal, value)));
        if (demands.Refusal is not null) return false;
        return type switch
        {
            JsonType.Number or JsonType.String => Shape(demands, type) is null,
            JsonType.Object when demands.Excluded.Count == 0 => Shape(demands, type) is not ObjectShape shape || shape.Listed.Any(property => property.Required && Empty(property.Goal)),
            JsonType.Array when demands.Excluded.Count == 0 && !demands.Unique => Shape(demands, type) is not ArrayShape shape || shape.Prefix.Take(shape.Least).Any(Empty) || (shape.Least > shape.Prefix.Length && Empty(shape.Rest)),
            _ => false,
        };
    }

    private bool Empty(int goal)
    {
        if (goal == GoalTable.Never) return true;
        // One that is being built is asked about by its own alternatives: it cannot be told yet.
        if (_shapes.TryGetValue(goal, out var shapes) && shapes is null) return false;
        return ShapesOf(goal).Count == 0;
    }
}
