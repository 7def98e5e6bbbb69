using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NGrammys.DemoModel.Corpus;

/// <summary>Turns the markup of documentation comments into plain English.</summary>
internal static partial class Prose
{
    /// <summary>The first sentence of an element with its markup resolved, or null where there is none.</summary>
    public static string? FirstSentence(XElement? element)
    {
        if (element is null)
        {
            return null;
        }
        var text = Text(element);
        var end = SentenceEnd().Match(text);
        var sentence = end.Success ? text[..(end.Index + 1)] : text;
        return sentence.Length == 0 ? null : sentence.TrimEnd('.', ' ') + ".";
    }

    /// <summary>All text of an element with its markup resolved and white space collapsed.</summary>
    public static string Text(XElement element)
    {
        var text = new StringBuilder();
        Append(element, text);
        return SpaceBeforeStop().Replace(Space().Replace(text.ToString(), " ").Trim(), "");
    }

    /// <summary>
    /// A cref as a reader would write it: "M:System.String.Join(System.Char,System.String[])" is "String.Join", "T:…List`1" is
    /// "List&lt;T&gt;".
    /// </summary>
    public static string Reference(string cref)
    {
        if (cref.Length < 2 || cref[1] != ':')
        {
            return cref;
        }
        var name = DocumentationId.Name(cref);
        if (cref[0] is 'N')
        {
            return cref[2..];
        }
        if (cref[0] is 'T' or '!')
        {
            return TypeName(cref[2..]);
        }
        var type = TypeName(DocumentationId.DeclaringType(cref));
        return name == "#ctor" ? type : $"{type}.{name}";
    }

    /// <summary>A full type name without its namespace: "System.Collections.Generic.List`1" is "List&lt;T&gt;".</summary>
    public static string TypeName(string fullName) => WithParameters(fullName.Split('.')[^1]);

    /// <summary>Whether a sentence begins with a verb in the third person, so that it can follow the name of what it describes.</summary>
    public static bool BeginsWithVerb(string sentence) => Verb().IsMatch(sentence);

    /// <summary>The sentence with a small first letter, unless it begins with a name or an abbreviation.</summary>
    public static string Uncapitalized(string sentence) =>
        sentence.Length > 1 && char.IsUpper(sentence[0]) && (char.IsLower(sentence[1]) || sentence[1] == ' ')
            ? char.ToLowerInvariant(sentence[0]) + sentence[1..]
            : sentence;

    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string Enumerated(IReadOnlyList<string> items) =>
        items.Count < 2 ? string.Concat(items) : $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}";

    private static string WithParameters(string name)
    {
        var parts = name.Split('`');
        return parts.Length == 1 ? name : parts[^1] switch
        {
            "1" => parts[0] + "<T>",
            "2" when parts[0].Contains("Dictionary", StringComparison.Ordinal) || parts[0] == "KeyValuePair" => parts[0] + "<TKey, TValue>",
            "2" when parts[0] == "PriorityQueue" => parts[0] + "<TElement, TPriority>",
            var arity => $"{parts[0]}<{string.Join(", ", Enumerable.Range(1, int.Parse(arity, CultureInfo.InvariantCulture)).Select(i => $"T{i}"))}>",
        };
    }

    private static void Append(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText plain:
                    text.Append(plain.Value);
                    break;
                case XElement { Name.LocalName: "para" or "br" or "list" or "item" or "description" } block:
                    text.Append(' ');
                    Append(block, text);
                    text.Append(' ');
                    break;
                case XElement inline when inline.Nodes().Any():
                    Append(inline, text);
                    break;
                case XElement reference:
                    var name = reference.Attribute("cref")?.Value is { } cref
                        ? Reference(cref)
                        : (reference.Attribute("langword") ?? reference.Attribute("name") ?? reference.Attribute("href"))?.Value;
                    text.Append(name);
                    break;
            }
        }
    }

    [GeneratedRegex("^(?!This )[A-Z][a-z]+[^s]s (?!\\()")]
    private static partial Regex Verb();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    // References leave a space before the stop that follows them; the one before ".NET" is meant.
    [GeneratedRegex(@" (?=[.,](\s|$))")]
    private static partial Regex SpaceBeforeStop();

    // A full stop ends a sentence unless an abbreviation stands before it.
    [GeneratedRegex(@"(?<!\b(e\.g|i\.e|etc|vs|\.NET))\.(?=\s+[A-Z\-])")]
    private static partial Regex SentenceEnd();
}
