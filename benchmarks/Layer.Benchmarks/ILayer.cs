namespace NGrammys.Layer.Benchmarks;

/// <summary>A place where the same replies can be asked for.</summary>
internal interface ILayer
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Makes all replies at once, plainly.</summary>
    /// <param name="work">The replies.</param>
    /// <returns>Their numbers of tokens.</returns>
    Task<int[]> RunAsync(Work work);
}
