namespace NGrammys.DemoModel.Evaluation;

/// <summary>
/// Overlap of two texts in words, as SQuAD measures it (Rajpurkar et al. 2016): the harmonic mean of precision and recall over the
/// multisets of words.
/// </summary>
internal static class TokenF1
{
    /// <summary>Between 0 (no word in common) and 1 (the same words). Case and punctuation around words do not count.</summary>
    public static double Of(string reply, string documented)
    {
        var (said, expected) = (Words(reply), Words(documented));
        var common = said.GroupBy(word => word).Sum(group => Math.Min(group.Count(), expected.Count(word => word == group.Key)));
        return common == 0 ? 0 : 2.0 * common / (said.Count + expected.Count);
    }

    private static List<string> Words(string text) =>
    [
        .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('.', ',', ';', ':', '(', ')', '`').ToUpperInvariant())
            .Where(word => word.Length > 0),
    ];
}
