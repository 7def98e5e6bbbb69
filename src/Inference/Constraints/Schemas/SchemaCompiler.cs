namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Writes the JSON texts that are valid under a schema into a grammar.</summary>
internal static class SchemaCompiler
{
    /// <summary>The schema of JSON mode: an object, as everybody who asks for "some JSON" means.</summary>
    public const string AnyObject = """{"type":"object"}""";

    /// <summary>Writes them.</summary>
    /// <param name="grammar">Receives them.</param>
    /// <param name="schema">The schema as JSON text.</param>
    /// <param name="start">Where the texts begin.</param>
    /// <returns>How many frames deep the least of them is.</returns>
    /// <exception cref="ConstraintException">A keyword is not understood or misused, no value is valid, or a limit is passed.</exception>
    public static int Write(Grammar grammar, string schema, int start)
    {
        var document = new SchemaDocument(schema);
        var builder = new ShapeBuilder(document);
        var root = builder.Goals.Of([new Literal(document.Root, true)]);
        var shapes = new Dictionary<int, IReadOnlyList<Shape>>();
        var open = new Stack<int>([root]);
        while (open.TryPop(out var goal))
        {
            if (goal == GoalTable.Never || shapes.ContainsKey(goal)) continue;
            shapes[goal] = builder.ShapesOf(goal);
            foreach (var inner in shapes[goal].SelectMany(GoalsOf)) open.Push(inner);
        }

        var heights = new GoalHeights(shapes);
        if (heights.Of(root) == GoalHeights.None) throw new ConstraintException("schema", "no value is valid under it.");
        new ShapeWriter(grammar, shapes, heights).WriteRoot(root, start);
        return heights.Of(root) + 1;
    }

    private static IEnumerable<int> GoalsOf(Shape shape) => shape switch
    {
        ArrayShape array => array.Prefix.Append(array.Rest),
        ObjectShape named => named.Listed.Select(property => property.Goal).Concat(named.Others.Values),
        _ => [],
    };
}
