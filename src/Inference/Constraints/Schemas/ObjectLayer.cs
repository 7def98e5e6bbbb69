namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>What one schema says about properties.</summary>
/// <param name="Named">By name.</param>
/// <param name="Matching">By pattern of the name.</param>
/// <param name="Rest">About those that neither says anything about; null = nothing.</param>
internal sealed record ObjectLayer(IReadOnlyDictionary<string, Literal> Named, IReadOnlyList<(TextPattern Pattern, Literal Value)> Matching, Literal? Rest)
{
    /// <summary>What it says about the value of a property.</summary>
    public IEnumerable<Literal> ValuesOf(string name) => Values(Named.GetValueOrDefault(name), Matching.Where(entry => entry.Pattern.Matches(name)).Select(entry => entry.Value));

    /// <summary>What it says about the values of properties that are not named, when their names match some of its patterns.</summary>
    public IEnumerable<Literal> ValuesOf(Func<TextPattern, bool> matches) => Values(null, Matching.Where(entry => matches(entry.Pattern)).Select(entry => entry.Value));

    private IEnumerable<Literal> Values(Literal? named, IEnumerable<Literal> matching)
    {
        Literal[] found = named is null ? [.. matching] : [named, .. matching];
        return found.Length > 0 || Rest is null ? found : [Rest];
    }
}
