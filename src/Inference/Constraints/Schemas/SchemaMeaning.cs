using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>What a schema, or its denial, says about values of one type. A keyword that checks something and is not understood is refused by its name.</summary>
/// <param name="document">The schemas.</param>
internal sealed class SchemaMeaning(SchemaDocument document)
{
    private static readonly string[] Unknown =
        ["$dynamicRef", "$recursiveRef", "contains", "unevaluatedItems", "unevaluatedProperties"];

    private static readonly string[] Applicators = ["$ref", "allOf", "anyOf", "oneOf", "if", "not", "dependentSchemas", "dependencies"];

    private readonly TypedMeaning _typed = new(document);

    /// <summary>Says it.</summary>
    /// <param name="literal">The schema, and whether it is to be valid.</param>
    /// <param name="type">The type of the value.</param>
    /// <param name="disjoint">Whether no value of the type is valid under both of two schemas, as far as that can be told.</param>
    /// <exception cref="ConstraintException">A keyword is not understood, or misused.</exception>
    public Formula Of(Literal literal, JsonType type, Func<SchemaNode, SchemaNode, bool> disjoint)
    {
        var (node, holds) = literal;
        if (node.IsConstant) return Values([node.Element], type, holds);
        switch (node.Element.ValueKind)
        {
            case JsonValueKind.True: return Formula.Of(holds);
            case JsonValueKind.False: return Formula.Of(!holds);
            case JsonValueKind.Object: break;
            default: throw new ConstraintException("schema", $"at '{node.Path}' stands no schema but {node.Element.ValueKind.ToString().ToLowerInvariant()}.");
        }

        if (node.Has("$ref"))
        {
            var target = new Literal(document.Resolve(node, node.Text("$ref")), holds);
            return document.RefStandsAlone ? target : Formula.Conjunction(holds, [target, .. Keywords(node, type, holds, disjoint)]);
        }

        return Formula.Conjunction(holds, Keywords(node, type, holds, disjoint));
    }

    private IEnumerable<Formula> Keywords(SchemaNode node, JsonType type, bool holds, Func<SchemaNode, SchemaNode, bool> disjoint)
    {
        foreach (var keyword in Unknown)
        {
            if (node.Has(keyword) && !SaysNothing(node, keyword)) throw new ConstraintException(keyword, "it is not understood; say it with other keywords.");
        }

        if (node.Has("type")) yield return Type(node, type, holds);
        if (node.Has("const")) yield return Values([node.Element.GetProperty("const")], type, holds);
        if (node.Has("enum"))
        {
            var values = node.Element.GetProperty("enum");
            if (values.ValueKind != JsonValueKind.Array) throw KeywordReader.Wrong("enum", "a list of values");
            yield return Values(values.EnumerateArray(), type, holds);
        }

        foreach (var formula in _typed.Of(node, type, holds)) yield return formula;
        if (node.Has("allOf")) yield return Formula.Conjunction(holds, Literals(node, "allOf", holds));
        if (node.Has("anyOf")) yield return Formula.Conjunction(!holds, Literals(node, "anyOf", holds));
        if (node.Has("oneOf")) yield return OneOf(document.List(node, "oneOf"), holds, disjoint);
        if (node.Has("not")) yield return new Literal(document.Child(node, "not"), !holds);
        if (node.Has("if")) yield return If(node, holds);
    }

    private static Formula Type(SchemaNode node, JsonType type, bool holds)
    {
        var value = node.Element.GetProperty("type");
        string[] names = value.ValueKind == JsonValueKind.Array ? node.Texts("type") : [node.Text("type")];
        foreach (var name in names)
        {
            if (name != "integer" && !Enum.GetValues<JsonType>().Any(known => known.Name() == name)) throw new ConstraintException("type", $"there is no type '{name}'.");
        }

        if (names.Contains(type.Name())) return Formula.Of(holds);
        if (type != JsonType.Number || !names.Contains("integer")) return Formula.Of(!holds);
        return Formula.Atom(holds, demands => demands.Integer = true, demands => demands.Refuse("not", "numbers that are no integers are not understood."));
    }

    private static Formula Values(IEnumerable<JsonElement> values, JsonType type, bool holds)
    {
        JsonElement[] own = [.. values.Where(value => JsonTypes.TypeOf(value) == type)];
        if (own.Length == 0) return Formula.Of(!holds);
        return Formula.Atom(holds, demands => demands.Restrict(own), demands => demands.Excluded.AddRange(own));
    }

    private static Formula OneOf(SchemaNode[] nodes, bool holds, Func<SchemaNode, SchemaNode, bool> disjoint)
    {
        var ways = new List<Formula>();
        for (var i = 0; i < nodes.Length; i++)
        {
            var others = nodes.Where((other, j) => j != i && (!holds || !disjoint(nodes[i], other)));
            if (holds) ways.Add(new All([new Literal(nodes[i], true), .. others.Select(other => new Literal(other, false))]));
            for (var j = i + 1; j < nodes.Length && !holds; j++) ways.Add(new All([new Literal(nodes[i], true), new Literal(nodes[j], true)]));
        }

        if (!holds) ways.Add(new All([.. nodes.Select(node => new Literal(node, false))]));
        return new Any([.. ways]);
    }

    private IEnumerable<Formula> Literals(SchemaNode node, string keyword, bool holds) => document.List(node, keyword).Select(child => new Literal(child, holds));

    private Formula If(SchemaNode node, bool holds)
    {
        var condition = document.Child(node, "if");
        return new Any([new All([new Literal(condition, true), Branch("then")]), new All([new Literal(condition, false), Branch("else")])]);

        Formula Branch(string keyword) => node.Has(keyword) ? new Literal(document.Child(node, keyword), holds) : Formula.Of(holds);
    }

    // What is left to check where everything else says nothing, or nothing is checked at all.
    private static bool SaysNothing(SchemaNode node, string keyword)
    {
        var value = node.Element.GetProperty(keyword);
        if (keyword == "contains") return node.Has("minContains") && node.Count("minContains") == 0 && !node.Has("maxContains");
        if (!keyword.StartsWith("unevaluated", StringComparison.Ordinal)) return false;
        return value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()) || !Applicators.Any(node.Has);
    }
}
