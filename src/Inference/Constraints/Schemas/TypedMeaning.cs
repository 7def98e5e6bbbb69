using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>What the keywords that speak about one type only say about it.</summary>
/// <param name="document">The schemas.</param>
internal sealed class TypedMeaning(SchemaDocument document)
{
    // Read once, however many alternatives meet them.
    private readonly Dictionary<string, TextPattern> _patterns = [];

    /// <summary>Says it, denied where the schema is to be invalid.</summary>
    public IEnumerable<Formula> Of(SchemaNode node, JsonType type, bool holds) => type switch
    {
        JsonType.Number => OfNumber(node, holds),
        JsonType.String => OfString(node, holds),
        JsonType.Array => OfArray(node, holds),
        JsonType.Object => OfObject(node, holds),
        _ => [],
    };

    private static IEnumerable<Formula> OfNumber(SchemaNode node, bool holds)
    {
        // Up to draft 4 "exclusive" is a flag beside the bound.
        if (node.Has("minimum"))
        {
            var (bound, exclusive) = (node.Number("minimum"), IsFlag(node, "exclusiveMinimum") && node.Flag("exclusiveMinimum"));
            yield return Formula.Atom(holds, demands => demands.Above(bound, exclusive), demands => demands.Below(bound, !exclusive));
        }

        if (node.Has("maximum"))
        {
            var (bound, exclusive) = (node.Number("maximum"), IsFlag(node, "exclusiveMaximum") && node.Flag("exclusiveMaximum"));
            yield return Formula.Atom(holds, demands => demands.Below(bound, exclusive), demands => demands.Above(bound, !exclusive));
        }

        if (node.Has("exclusiveMinimum") && !IsFlag(node, "exclusiveMinimum"))
        {
            var bound = node.Number("exclusiveMinimum");
            yield return Formula.Atom(holds, demands => demands.Above(bound, true), demands => demands.Below(bound, false));
        }

        if (node.Has("exclusiveMaximum") && !IsFlag(node, "exclusiveMaximum"))
        {
            var bound = node.Number("exclusiveMaximum");
            yield return Formula.Atom(holds, demands => demands.Below(bound, true), demands => demands.Above(bound, false));
        }

        if (!node.Has("multipleOf")) yield break;
        var unit = node.Number("multipleOf");
        if (unit.Digits.Sign <= 0) throw KeywordReader.Wrong("multipleOf", "more than zero");
        yield return Formula.Atom(holds, demands => demands.Multiples.Add(unit), demands => demands.Refuse("not", "numbers that are no multiples are not understood."));
    }

    private IEnumerable<Formula> OfString(SchemaNode node, bool holds)
    {
        foreach (var limit in Limits(node, "minLength", "maxLength", holds)) yield return limit;
        if (node.Has("pattern"))
        {
            var pattern = PatternOf(node.Text("pattern"));
            yield return new Atom(demands => demands.Patterns.Add((pattern, holds)));
        }

        if (!node.Has("format") || node.Element.GetProperty("format").ValueKind != JsonValueKind.String) yield break;
        yield return Formats.Find(node.Text("format")) is { } format ? new Atom(demands => demands.Patterns.Add((format, holds))) : Formula.Of(holds);
    }

    private IEnumerable<Formula> OfArray(SchemaNode node, bool holds)
    {
        foreach (var limit in Limits(node, "minItems", "maxItems", holds)) yield return limit;
        if (node.Has("uniqueItems") && node.Flag("uniqueItems"))
        {
            yield return Formula.Atom(holds, demands => demands.Unique = true, demands => demands.Refuse("not", "items that are not unique are not understood."));
        }

        var tuple = node.Has("items") && node.Element.GetProperty("items").ValueKind == JsonValueKind.Array;
        var prefix = node.Has("prefixItems") ? document.List(node, "prefixItems") : tuple ? document.List(node, "items") : [];
        var rest = !tuple && node.Has("items") ? document.Child(node, "items")
            : tuple && node.Has("additionalItems") ? document.Child(node, "additionalItems")
            : node.Has("unevaluatedItems") ? document.Child(node, "unevaluatedItems")
            : null;
        if (prefix.Length == 0 && rest is null) yield break;
        if (holds)
        {
            var layer = new ArrayLayer([.. prefix.Select(item => new Literal(item, true))], rest is null ? null : new Literal(rest, true));
            yield return new Atom(demands => demands.ArrayLayers.Add(layer));
            yield break;
        }

        // Some item is not what it should be: the first, or the second, ...
        for (var i = 0; i < prefix.Length; i++)
        {
            var layer = new ArrayLayer([.. new Literal?[i], new Literal(prefix[i], false)], null);
            var count = i + 1;
            yield return new Atom(demands =>
            {
                demands.ArrayLayers.Add(layer);
                demands.AtLeast(count);
            });
        }

        if (rest is null || rest.Element.ValueKind == JsonValueKind.True) yield break;
        if (rest.Element.ValueKind == JsonValueKind.False) yield return new Atom(demands => demands.AtLeast(prefix.Length + 1));
        else yield return new Atom(demands => demands.Refuse("not", "an item somewhere that is not valid is not understood."));
    }

    private IEnumerable<Formula> OfObject(SchemaNode node, bool holds)
    {
        foreach (var limit in Limits(node, "minProperties", "maxProperties", holds)) yield return limit;
        if (node.Has("required"))
        {
            foreach (var name in node.Texts("required")) yield return Formula.Atom(holds, demands => demands.Require(name), demands => demands.Forbid(name));
        }

        foreach (var formula in Layer(node, holds)) yield return formula;
        if (node.Has("propertyNames"))
        {
            var names = new Literal(document.Child(node, "propertyNames"), true);
            yield return Formula.Atom(holds, demands => demands.Names.Add(names), demands => DenyNames(demands, names));
        }

        foreach (var (name, needed) in document.Map(node, "dependentSchemas").Concat(document.Map(node, "dependencies")).Concat(document.Map(node, "dependentRequired")))
        {
            Formula[] then = needed.Element.ValueKind == JsonValueKind.Array
                ? [.. needed.Texts("dependencies", needed.Element).Select(other => Formula.Atom(holds, demands => demands.Require(other), demands => demands.Forbid(other)))]
                : [new Literal(needed, holds)];
            var present = new Atom(demands => demands.Require(name));
            yield return holds
                ? new Any([new Atom(demands => demands.Forbid(name)), new All([present, .. then])])
                : new All([present, new Any(then)]);
        }
    }

    private IEnumerable<Formula> Layer(SchemaNode node, bool holds)
    {
        var named = document.Map(node, "properties").ToDictionary(entry => entry.Name, entry => new Literal(entry.Node, holds));
        var matching = document.Map(node, "patternProperties").Select(entry => (PatternOf(entry.Name), new Literal(entry.Node, holds))).ToArray();
        var other = node.Has("additionalProperties") ? document.Child(node, "additionalProperties")
            : node.Has("unevaluatedProperties") ? document.Child(node, "unevaluatedProperties")
            : null;
        if (named.Count == 0 && matching.Length == 0 && other is null) yield break;
        if (holds)
        {
            var layer = new ObjectLayer(named, matching, other is null ? null : new Literal(other, true));
            yield return new Atom(demands => demands.ObjectLayers.Add(layer));
            yield break;
        }

        // Some property is there and not what it should be: this one, or that one, ...
        foreach (var (name, value) in named)
        {
            var layer = new ObjectLayer(new Dictionary<string, Literal> { [name] = value }, [], null);
            yield return new Atom(demands =>
            {
                demands.ObjectLayers.Add(layer);
                demands.Require(name);
            });
        }

        foreach (var (_, value) in matching)
        {
            if (!SaysNothing(value.Node)) yield return new Atom(demands => demands.Refuse("not", "a property somewhere that is not valid under patternProperties is not understood."));
        }

        if (other is not null && !SaysNothing(other)) yield return new Atom(demands => demands.Refuse("not", "a property somewhere that is not valid under additionalProperties is not understood."));
    }

    private TextPattern PatternOf(string text) => _patterns.TryGetValue(text, out var known) ? known : _patterns[text] = TextPattern.Read(text);

    private static IEnumerable<Formula> Limits(SchemaNode node, string least, string most, bool holds)
    {
        if (node.Has(least))
        {
            var count = node.Count(least);
            yield return Formula.Atom(holds, demands => demands.AtLeast(count), demands => demands.AtMost(count - 1));
        }

        if (node.Has(most) && node.Most(most) is { } limit)
        {
            yield return Formula.Atom(holds, demands => demands.AtMost(limit), demands => demands.AtLeast(limit + 1));
        }
    }

    private static bool IsFlag(SchemaNode node, string keyword) => node.Has(keyword) && node.Element.GetProperty(keyword).ValueKind is JsonValueKind.True or JsonValueKind.False;

    private static void DenyNames(Demands demands, Literal names)
    {
        if (names.Node.Element.ValueKind == JsonValueKind.True) demands.Contradictory = true;
        else if (names.Node.Element.ValueKind == JsonValueKind.False) demands.AtLeast(1);
        else demands.Refuse("not", "a name somewhere that is not valid under propertyNames is not understood.");
    }

    private static bool SaysNothing(SchemaNode node) =>
        node.Element.ValueKind == JsonValueKind.True || (node.Element.ValueKind == JsonValueKind.Object && !node.Element.EnumerateObject().Any());
}
