namespace NGrammys.Inference.Constraints;

/// <summary>A regular expression over code points.</summary>
internal abstract record Pattern
{
    public static Pattern Empty { get; } = new Sequence([]);

    public static Pattern Anything { get; } = new Repeat(new Chars(CodeSet.All), 0, null);

    /// <summary>Whether an anchor is in it.</summary>
    public bool Anchored => this switch
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
    public Pattern Whole() => new AnchorLowering().Lower(this, before: false, after: false);

    /// <summary>The pattern of texts that contain a match; anchors are gone.</summary>
    public Pattern Search() => new AnchorLowering().Lower(this, before: true, after: true);
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
