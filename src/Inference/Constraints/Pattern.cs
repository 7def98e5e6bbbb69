namespace NGrammys.Inference.Constraints;

/// <summary>A regular expression over code points.</summary>
internal abstract record Pattern
{
    public static Pattern Empty { get; } = new Sequence([]);

    public static Pattern Anything { get; } = new Repeat(new Chars(CodeSet.All), 0, null);

    private bool Anchored => this switch
    {
        Anchor => true,
        Sequence sequence => sequence.Items.Any(item => item.Anchored),
        Choice choice => choice.Items.Any(item => item.Anchored),
        Repeat repeat => repeat.Item.Anchored,
        _ => false,
    };

    /// <summary>Exactly this text.</summary>
    public static Pattern Literal(string text) => new Sequence([.. text.EnumerateRunes().Select(rune => new Chars(CodeSet.Of(rune.Value)))]);

    /// <summary>The pattern of texts that match from their first to their last character; anchors are gone.</summary>
    public Pattern Whole() => Lower(this, before: false, after: false);

    /// <summary>The pattern of texts that contain a match; anchors are gone.</summary>
    public Pattern Search() => Lower(this, before: true, after: true);

    private static Pattern Lower(Pattern pattern, bool before, bool after)
    {
        if (pattern is Choice choice) return new Choice([.. choice.Items.Select(item => Lower(item, before, after))]);
        List<Pattern> items = pattern is Sequence sequence ? [.. sequence.Items] : [pattern];
        while (items.Count > 0 && items[0] is Anchor { Start: true })
        {
            items.RemoveAt(0);
            before = false;
        }

        while (items.Count > 0 && items[^1] is Anchor { Start: false })
        {
            items.RemoveAt(items.Count - 1);
            after = false;
        }

        if (items is [Choice or Sequence]) return Lower(items[0], before, after);
        var at = items.FindIndex(item => item.Anchored);
        if (at < 0) return new Sequence([.. before ? [Anything] : (Pattern[])[], .. items, .. after ? [Anything] : (Pattern[])[]]);
        // An anchor inside an alternative at the pattern's edge: every alternative becomes a sequence of its own.
        return items[at] switch
        {
            Choice inner => new Choice([.. inner.Items.Select(item => Lower(new Sequence([.. items[..at], .. Flat(item), .. items[(at + 1)..]]), before, after))]),
            Sequence inner => Lower(new Sequence([.. items[..at], .. inner.Items, .. items[(at + 1)..]]), before, after),
            _ => throw new ConstraintException("pattern", "an anchor stands in the middle; put ^ first and $ last."),
        };
    }

    private static Pattern[] Flat(Pattern pattern) => pattern is Sequence sequence ? sequence.Items : [pattern];
}

/// <summary>One character of a set.</summary>
internal sealed record Chars(CodeSet Set) : Pattern;

/// <summary>One of many texts.</summary>
internal sealed record Words(IReadOnlyList<string> Items) : Pattern;

/// <summary>One behind the other.</summary>
internal sealed record Sequence(Pattern[] Items) : Pattern;

/// <summary>One of them.</summary>
internal sealed record Choice(Pattern[] Items) : Pattern;

/// <summary>Again and again; without a most, endlessly.</summary>
internal sealed record Repeat(Pattern Item, int Least, int? Most) : Pattern;

/// <summary>The text's start or end.</summary>
internal sealed record Anchor(bool Start) : Pattern;
