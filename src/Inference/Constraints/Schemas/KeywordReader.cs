using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Reads the values of keywords; what is of the wrong kind is refused by the keyword's name.</summary>
internal static class KeywordReader
{
    private const int MaxCount = 100_000;

    /// <summary>A number without a sign.</summary>
    public static int Count(this SchemaNode node, string keyword)
    {
        var value = node.Element.GetProperty(keyword);
        if (value.ValueKind != JsonValueKind.Number || ExactNumber.Read(value) is not { IsInteger: true } number || number.Digits.Sign < 0) throw Wrong(keyword, "a whole number");
        return number.Digits > MaxCount ? throw new ConstraintException(keyword, $"{value.GetRawText()} is more than {MaxCount}, which is not counted to; use a smaller number.") : (int)number.Digits;
    }

    /// <summary>A most; null where it is so large that no reply reaches it.</summary>
    public static int? Most(this SchemaNode node, string keyword)
    {
        var value = node.Element.GetProperty(keyword);
        if (value.ValueKind != JsonValueKind.Number || ExactNumber.Read(value) is not { IsInteger: true } number || number.Digits.Sign < 0) throw Wrong(keyword, "a whole number");
        return number.Digits >= int.MaxValue ? int.MaxValue - 1 : (int)number.Digits;
    }

    /// <summary>Any number.</summary>
    public static ExactNumber Number(this SchemaNode node, string keyword)
    {
        var value = node.Element.GetProperty(keyword);
        if (value.ValueKind != JsonValueKind.Number) throw Wrong(keyword, "a number");
        return ExactNumber.Read(value) ?? throw new ConstraintException(keyword, "the number is beyond all reason; use a smaller one.");
    }

    /// <summary>A text.</summary>
    public static string Text(this SchemaNode node, string keyword)
    {
        var value = node.Element.GetProperty(keyword);
        return value.ValueKind == JsonValueKind.String ? TextOf(value, keyword) : throw Wrong(keyword, "a string");
    }

    /// <summary>A list of texts.</summary>
    public static string[] Texts(this SchemaNode node, string keyword, JsonElement? value = null)
    {
        var list = value ?? node.Element.GetProperty(keyword);
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)) throw Wrong(keyword, "a list of strings");
        return [.. list.EnumerateArray().Select(item => TextOf(item, keyword))];
    }

    /// <summary>A yes or no.</summary>
    public static bool Flag(this SchemaNode node, string keyword) => node.Element.GetProperty(keyword).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(keyword, "true or false"),
    };

    /// <summary>The nodes of a list.</summary>
    public static SchemaNode[] List(this SchemaDocument document, SchemaNode node, string keyword)
    {
        var value = node.Element.GetProperty(keyword);
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(keyword, "a list of schemas");
        return [.. Enumerable.Range(0, value.GetArrayLength()).Select(i => document.Child(node, keyword, i.ToString(System.Globalization.CultureInfo.InvariantCulture)))];
    }

    /// <summary>The nodes of an object, by name; none where the keyword is missing.</summary>
    public static (string Name, SchemaNode Node)[] Map(this SchemaDocument document, SchemaNode node, string keyword)
    {
        if (!node.Has(keyword)) return [];
        var value = node.Element.GetProperty(keyword);
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(keyword, "an object of schemas");
        return [.. value.EnumerateObject().Select(property => NameOf(property, keyword)).Distinct().Select(name => (name, document.Child(node, keyword, name)))];
    }

    /// <summary>The refusal of a value of the wrong kind.</summary>
    public static ConstraintException Wrong(string keyword, string kind) => new(keyword, $"its value must be {kind}.");

    private static string TextOf(JsonElement value, string keyword)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ConstraintException(keyword, "a text holds half a surrogate pair; mend it.");
        }
    }

    private static string NameOf(JsonProperty property, string keyword)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw new ConstraintException(keyword, "a name holds half a surrogate pair; mend it.");
        }
    }
}
