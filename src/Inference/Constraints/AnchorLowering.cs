namespace NGrammys.Inference.Constraints;

/// <summary>Takes the anchors out of a pattern: what they say is said by what may come before and behind.</summary>
internal sealed class AnchorLowering
{
    // Anchors in alternatives multiply these.
    private const int MaxSteps = 20_000;

    private int _steps;

    /// <summary>The pattern of whole texts that match it.</summary>
    /// <param name="pattern">With anchors.</param>
    /// <param name="before">Anything may come before a match that is not anchored.</param>
    /// <param name="after">Anything may come behind it.</param>
    /// <exception cref="ConstraintException">An anchor stands in the middle.</exception>
    public Pattern Lower(Pattern pattern, bool before, bool after)
    {
        if (++_steps > MaxSteps) throw new ConstraintException("pattern", "its anchors stand in too many alternatives; put ^ first and $ last.");
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
        if (at < 0) return new Sequence([.. before ? [Pattern.Anything] : (Pattern[])[], .. items, .. after ? [Pattern.Anything] : (Pattern[])[]]);
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
