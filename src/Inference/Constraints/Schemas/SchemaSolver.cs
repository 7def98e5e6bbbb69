namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Finds the ways in which literals can hold together: an analytic tableau, one type at a time.</summary>
/// <param name="meaning">What schemas say.</param>
internal sealed class SchemaSolver(SchemaMeaning meaning)
{
    private const int MaxSteps = 300_000;
    private const int MaxWays = 2000;

    // Alternatives within alternatives; each is a call.
    private const int MaxDepth = 500;

    private int _steps;

    /// <summary>The demands of each way; none where the literals contradict each other.</summary>
    /// <param name="literals">What is to hold.</param>
    /// <param name="type">The type of the value.</param>
    /// <param name="disjoint">See <see cref="SchemaMeaning.Of"/>.</param>
    /// <exception cref="ConstraintException">There are too many ways, or a schema refers to itself without end.</exception>
    public List<Demands> Solve(IEnumerable<Literal> literals, JsonType type, Func<SchemaNode, SchemaNode, bool> disjoint)
    {
        var found = new List<Demands>();
        var work = literals.Aggregate((Work?)null, (next, literal) => new Work(literal, null, next));
        Run(new Path(new Demands(), [], work, null), 0);
        return found;

        void Run(Path path, int depth)
        {
            var (demands, done, open, branches) = path;
            while (open is not null)
            {
                if (++_steps > MaxSteps) throw new ConstraintException("schema", "its alternatives multiply beyond all bounds; make it simpler.");
                var (formula, origin, rest) = open;
                open = rest;
                switch (formula)
                {
                    case All all:
                        for (var i = all.Parts.Length - 1; i >= 0; i--) open = new Work(all.Parts[i], origin, open);
                        break;
                    case Any { Parts.Length: 0 }:
                        return;
                    case Any { Parts.Length: 1 } any:
                        open = new Work(any.Parts[0], origin, open);
                        break;
                    case Any any:
                        branches = new Work(any, origin, branches);
                        break;
                    case Atom atom:
                        atom.Demand(demands);
                        if (demands.Contradictory) return;
                        break;
                    case Literal literal:
                        for (var ancestor = origin; ancestor is not null; ancestor = ancestor.Parent)
                        {
                            if (ancestor.Literal.Node == literal.Node) throw new ConstraintException("$ref", "the schema refers to itself without end.");
                        }

                        if (done.Contains(literal with { Holds = !literal.Holds })) return;
                        if (done.Add(literal)) open = new Work(meaning.Of(literal, type, disjoint), new Origin(literal, origin), open);
                        break;
                }
            }

            if (branches is null)
            {
                if (found.Count >= MaxWays) throw new ConstraintException("schema", $"there are more than {MaxWays} ways to fulfil it; make its alternatives fewer.");
                found.Add(demands);
                return;
            }

            if (depth > MaxDepth) throw new ConstraintException("schema", $"more than {MaxDepth} choices depend on each other; make it simpler.");
            foreach (var part in ((Any)branches.Formula).Parts)
            {
                Run(new Path(demands.Copy(), [.. done], new Work(part, branches.Origin, null), branches.Next), depth + 1);
            }
        }
    }

    /// <summary>A formula that is to hold, and what comes after it.</summary>
    private sealed record Work(Formula Formula, Origin? Origin, Work? Next);

    /// <summary>The schemas that a formula comes from.</summary>
    private sealed record Origin(Literal Literal, Origin? Parent);

    /// <summary>A way as far as it has been gone.</summary>
    private sealed record Path(Demands Demands, HashSet<Literal> Done, Work? Open, Work? Branches);
}
