using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Whether a value is valid under a schema: filters the values that "enum" and "const" name through everything else.</summary>
/// <param name="meaning">What they say.</param>
internal sealed class SchemaValidator(SchemaMeaning meaning)
{
    private const int MaxDepth = 200;
    private const int MaxSteps = 500_000;

    private int _depth;
    private int _steps;

    /// <summary>Whether a schema is valid for a value, or invalid as the literal says.</summary>
    /// <exception cref="ConstraintException">A keyword is not understood, or the schema goes round in circles.</exception>
    public bool Holds(Literal literal, JsonElement value)
    {
        if (++_steps > MaxSteps) throw new ConstraintException("enum", "there is too much to check about its values; make it simpler.");
        if (++_depth > MaxDepth)
        {
            _depth = 0;
            throw new ConstraintException("$ref", "the schema refers to itself without end.");
        }

        try
        {
            var positive = new Literal(literal.Node, true);
            return Fulfils(meaning.Of(positive, JsonTypes.TypeOf(value), (_, _) => false), value) == literal.Holds;
        }
        finally
        {
            _depth--;
        }
    }

    private bool Fulfils(Formula formula, JsonElement value) => formula switch
    {
        All all => Array.TrueForAll(all.Parts, part => Fulfils(part, value)),
        Any any => Array.Exists(any.Parts, part => Fulfils(part, value)),
        Literal literal => Holds(literal, value),
        Atom atom => Fulfils(atom, value),
        _ => throw new InvalidOperationException("There is no other formula."),
    };

    private bool Fulfils(Atom atom, JsonElement value)
    {
        var demands = new Demands();
        atom.Demand(demands);
        if (demands.Refusal is var (keyword, reason)) throw new ConstraintException(keyword, reason);
        if (demands.Contradictory) return false;
        if (demands.Values is { } values && !values.Exists(known => JsonElement.DeepEquals(known, value))) return false;
        if (demands.Excluded.Exists(known => JsonElement.DeepEquals(known, value))) return false;
        return JsonTypes.TypeOf(value) switch
        {
            JsonType.Number => FulfilsNumber(demands, value),
            JsonType.String => FulfilsString(demands, value.GetString()!),
            JsonType.Array => FulfilsArray(demands, value),
            JsonType.Object => FulfilsObject(demands, value),
            _ => true,
        };
    }

    private static bool FulfilsNumber(Demands demands, JsonElement value)
    {
        if (!demands.Integer && demands.Lower is null && demands.Upper is null && demands.Multiples.Count == 0) return true;
        if (ExactNumber.Read(value) is not { } number) throw new ConstraintException("enum", "a number is beyond all reason; use a smaller one.");
        return (!demands.Integer || number.IsInteger)
            && (demands.Lower is not var (low, above) || (number.CompareTo(low) is var toLow && (toLow > 0 || (toLow == 0 && !above))))
            && (demands.Upper is not var (high, below) || (number.CompareTo(high) is var toHigh && (toHigh < 0 || (toHigh == 0 && !below))))
            && demands.Multiples.TrueForAll(number.IsMultipleOf);
    }

    private static bool FulfilsString(Demands demands, string text) =>
        WithinLimits(demands, text.EnumerateRunes().Count()) && demands.Patterns.TrueForAll(pattern => pattern.Pattern.Matches(text) == pattern.Matches);

    private bool FulfilsArray(Demands demands, JsonElement value)
    {
        JsonElement[] items = [.. value.EnumerateArray()];
        if (!WithinLimits(demands, items.Length)) return false;
        if (demands.Unique && items.Where((item, i) => items.Take(i).Any(before => JsonElement.DeepEquals(before, item))).Any()) return false;
        return demands.ArrayLayers.TrueForAll(layer => items.Select((item, i) => (item, i < layer.Prefix.Length ? layer.Prefix[i] : layer.Rest))
            .All(entry => entry.Item2 is null || Holds(entry.Item2, entry.item)));
    }

    private bool FulfilsObject(Demands demands, JsonElement value)
    {
        var properties = value.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
        return WithinLimits(demands, properties.Count)
            && demands.Present.All(properties.ContainsKey)
            && !demands.Absent.Any(properties.ContainsKey)
            && properties.All(property => demands.ObjectLayers.TrueForAll(layer => layer.ValuesOf(property.Key).All(literal => Holds(literal, property.Value))))
            && properties.Keys.All(name => demands.Names.TrueForAll(literal => Holds(literal, TextElement(name))));
    }

    /// <summary>A text as an element.</summary>
    public static JsonElement TextElement(string text) => JsonSerializer.SerializeToElement(text);

    private static bool WithinLimits(Demands demands, int count) => count >= demands.Least && (demands.Most is not { } most || count <= most);
}
