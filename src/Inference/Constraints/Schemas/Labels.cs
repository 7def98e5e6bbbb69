namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Labels of pattern automata.</summary>
internal static class Labels
{
    /// <summary>The label of texts that match exactly the wanted ones of some patterns.</summary>
    public static ulong Wanted(IEnumerable<bool> matches) => matches.Select((match, i) => match ? 1UL << i : 0).Aggregate(0UL, (label, bit) => label | bit);
}
