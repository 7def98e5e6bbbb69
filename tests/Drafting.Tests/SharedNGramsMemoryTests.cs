namespace NGrammys.Drafting.Tests;

[Collection(nameof(ContextIndexMemoryTests))]
public sealed class SharedNGramsMemoryTests
{
    [Fact]
    public void Grams_of_100_000_tokens_take_at_most_400_bytes_per_token()
    {
        const int length = 100_000;
        var random = new Random(1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var grams = new SharedNGrams();
        // Tokens that never repeat n-grams fill the table most.
        for (var reply = 0; reply < length / 100; reply++) grams.Add(Guid.NewGuid(), [], [.. Enumerable.Range(0, 100).Select(_ => random.Next())]);
        grams.Count();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal(length, grams.Length);
        Assert.InRange((double)bytes / length, 4, 400);
    }
}
