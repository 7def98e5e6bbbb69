namespace NGrammys.Drafting.Assessment;

/// <summary>The strategies by their names.</summary>
public static class Strategies
{
    /// <summary>All names, from the simplest to the product's default.</summary>
    public static IReadOnlyList<string> Names { get; } = ["prompt-lookup", "paper-context", "context", "shared", "adaptive"];

    /// <summary>Makes a strategy that has seen nothing yet.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="maxDrafted">Bound on the average number of drafted nodes a step, of the strategies that have a choice.</param>
    /// <returns>The strategy, or null for another name.</returns>
    public static IStrategy? Create(string name, double maxDrafted) => name switch
    {
        "prompt-lookup" => new PromptLookup(),
        "paper-context" => new PaperContext(),
        "context" => new LearnedTree(_ => [new ContextSource(), new RecentSource()], maxDrafted),
        "shared" => new LearnedTree(shared => [new SharedSource(shared)], maxDrafted),
        "adaptive" => new LearnedTree(shared => [new ContextSource(), new SharedSource(shared), new RecentSource()], maxDrafted),
        _ => null,
    };
}
