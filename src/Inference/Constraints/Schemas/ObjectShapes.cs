namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Shapes of objects: which names there are, and what is asked of the value of each.</summary>
/// <param name="goals">Receives what is asked of values.</param>
/// <param name="validator">Asks names that are known.</param>
/// <param name="solveName">The ways in which a name can be valid under a schema of "propertyNames".</param>
internal sealed class ObjectShapes(GoalTable goals, SchemaValidator validator, Func<Literal, List<Demands>> solveName)
{
    /// <summary>The shape of the objects that demands ask for; null if there are none.</summary>
    /// <exception cref="ConstraintException">Something cannot be told apart by a grammar.</exception>
    public ObjectShape? Of(Demands demands)
    {
        if (demands.Excluded.Count > 0) throw new ConstraintException("not", "objects that are not certain values are not understood.");
        var names = demands.ObjectLayers.SelectMany(layer => layer.Named.Keys).Concat(demands.Present).Concat(demands.Absent).Distinct().ToArray();
        var listed = new List<ListedProperty>();
        foreach (var name in names)
        {
            var goal = GoalOf(name, demands);
            if (goal != GoalTable.Never) listed.Add(new ListedProperty(name, goal, demands.Present.Contains(name)));
            else if (demands.Present.Contains(name)) return null;
        }

        var (reader, others) = Others(demands, names);
        if (demands.Present.Count > demands.Most || (others.Count == 0 && listed.Count < demands.Least)) return null;
        return new ObjectShape(listed, reader, others, demands.Least, demands.Most);
    }

    private int GoalOf(string name, Demands demands)
    {
        if (demands.Absent.Contains(name)) return GoalTable.Never;
        var text = SchemaValidator.TextElement(name);
        return demands.Names.TrueForAll(literal => validator.Holds(literal, text)) ? goals.Of(demands.ObjectLayers.SelectMany(layer => layer.ValuesOf(name))) : GoalTable.Never;
    }

    private (PatternAutomaton? Names, Dictionary<ulong, int> Others) Others(Demands demands, string[] names)
    {
        var patterns = demands.ObjectLayers.SelectMany(layer => layer.Matching.Select(entry => entry.Pattern)).Distinct().ToList();
        var always = demands.ObjectLayers.Where(layer => layer.Matching.Count == 0).SelectMany(layer => layer.ValuesOf(_ => false));
        if (goals.Of(always) == GoalTable.Never) return (null, []);
        var conditions = demands.Names.ConvertAll(literal => solveName(literal).ConvertAll(Conditions));
        Pattern[] all =
        [
            new Words(names),
            .. patterns.Select(pattern => pattern.Pattern),
            .. conditions.SelectMany(ways => ways).SelectMany(way => way).Select(condition => condition.Pattern),
        ];
        var automaton = all is [Words only] ? PatternAutomaton.Of(only) : new PatternAutomaton(all);
        var others = new Dictionary<ulong, int>();
        foreach (var label in automaton.Labels)
        {
            // A name that is listed is no other.
            if ((label & 1) != 0 || !NameHolds(label, conditions, 1 + patterns.Count)) continue;
            var goal = goals.Of(demands.ObjectLayers.SelectMany(layer => layer.ValuesOf(pattern => (label >> (1 + patterns.IndexOf(pattern)) & 1) != 0)));
            if (goal != GoalTable.Never) others[label] = goal;
        }

        return others.Count == 0 ? (null, others) : (automaton, others);
    }

    private static List<(Pattern Pattern, bool Matches)> Conditions(Demands demands)
    {
        if (demands.Refusal is var (keyword, reason)) throw new ConstraintException(keyword, reason);
        return StringShapes.Patterns(demands);
    }

    // Every schema of names must have a way whose patterns all match, or do not, as it asks.
    private static bool NameHolds(ulong label, List<List<List<(Pattern Pattern, bool Matches)>>> conditions, int bit)
    {
        var holds = true;
        foreach (var ways in conditions)
        {
            var any = false;
            foreach (var way in ways)
            {
                var all = true;
                foreach (var (_, matches) in way) all &= (label >> bit++ & 1) != 0 == matches;
                any |= all;
            }

            holds &= any;
        }

        return holds;
    }
}
