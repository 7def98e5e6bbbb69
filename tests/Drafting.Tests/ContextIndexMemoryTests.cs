namespace NGrammys.Drafting.Tests;

/// <summary>Runs alone: it measures the whole heap.</summary>
[CollectionDefinition(nameof(ContextIndexMemoryTests), DisableParallelization = true)]
[Collection(nameof(ContextIndexMemoryTests))]
public sealed class ContextIndexMemoryTests
{
    [Fact]
    public void Index_of_100_000_tokens_takes_at_most_64_bytes_per_token()
    {
        const int length = 100_000;
        var random = new Random(1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new ContextIndex();
        // Tokens that never repeat n-grams fill the tables most.
        for (var token = 0; token < length; token++) index.Append(random.Next());
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange((double)bytes / length, 4, 64);
        GC.KeepAlive(index);
    }
}
