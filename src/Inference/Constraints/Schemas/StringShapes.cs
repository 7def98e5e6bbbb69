namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Shapes of strings.</summary>
internal static class StringShapes
{
    // So short a limit may become part of the pattern.
    private const int ShortLimit = 400;

    /// <summary>The shape of the strings that demands ask for; null if there are none.</summary>
    public static StringShape? Of(Demands demands)
    {
        var limits = new LengthLimits(demands.Least, demands.Most);
        List<(Pattern Pattern, bool Matches)> patterns = [.. demands.Patterns.Select(entry => (entry.Pattern.Pattern, entry.Matches)).Distinct()];
        if (demands.Excluded.Count > 0) patterns.Add((new Words([.. demands.Excluded.Select(value => value.GetString()!)]), false));
        if (patterns.Count == 0) return new StringShape(null, _ => true, limits);
        var shape = Build(patterns);
        var lengths = new TextLengths(shape.Text!, state => shape.Ends(shape.Text!.LabelAt(state)), new LengthLimits(limits.Least, limits.Most + 1));
        if (!lengths.Reaches(0)) return null;
        if (limits.None) return shape;
        if (lengths.HasGaps || limits.Cap > TextLengths.MaxBound(shape.Text!))
        {
            if (limits.Cap > ShortLimit) throw new ConstraintException("pattern", "it cannot be counted together with minLength or maxLength; drop one of them.");
            var counted = Build([.. patterns, (new Repeat(new Chars(CodeSet.All), limits.Least, limits.Most), true)]);
            return counted.Text!.Labels.Any(counted.Ends) ? counted : null;
        }

        var (shortest, longest) = (lengths.Shortest(0), lengths.Longest(0));
        if (shortest > limits.Most || longest < limits.Least) return null;
        // What the pattern sees to itself need not be counted.
        return shape with { Limits = new LengthLimits(shortest >= limits.Least ? 0 : limits.Least, longest <= limits.Most ? null : limits.Most) };
    }

    /// <summary>The strings that demands ask for as patterns, all to match or not to match.</summary>
    public static List<(Pattern Pattern, bool Matches)> Patterns(Demands demands)
    {
        if (demands.Values is { } values) return [(new Words([.. values.Select(value => value.GetString()!)]), true)];
        List<(Pattern, bool)> patterns = [.. demands.Patterns.Select(entry => (entry.Pattern.Pattern, entry.Matches))];
        if (demands.Excluded.Count > 0) patterns.Add((new Words([.. demands.Excluded.Select(value => value.GetString()!)]), false));
        if (demands.Least > 0 || demands.Most is not null) patterns.Add((new Repeat(new Chars(CodeSet.All), demands.Least, demands.Most), true));
        return patterns;
    }

    private static StringShape Build(List<(Pattern Pattern, bool Matches)> patterns)
    {
        var wanted = Labels.Wanted(patterns.Select(entry => entry.Matches));
        return new StringShape(new PatternAutomaton([.. patterns.Select(entry => entry.Pattern)]), label => label == wanted, default);
    }
}
