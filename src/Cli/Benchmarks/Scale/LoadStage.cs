using NGrammys.Storage.InMemory;

namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>A steady load on a cluster: so many people, each of whom begins the next conversation when a reply has ended.</summary>
/// <param name="world">What the cluster serves.</param>
/// <param name="length">How long it is measured.</param>
internal sealed class LoadStage(ScaleWorld world, TimeSpan length)
{
    /// <summary>Measures.</summary>
    /// <param name="silos">Silos.</param>
    /// <param name="perSilo">Replies at once for each of them.</param>
    /// <param name="free">Whether passes take no time.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<LoadFigures> RunAsync(int silos, int perSilo, bool free, CancellationToken cancellationToken)
    {
        await using var cluster = await SimulatedCluster.StartAsync(silos, free ? null : world.Costs, world.Model, world.Tokenizer, new InMemoryStore(TimeProvider.System));
        var (tokens, replies) = (0L, 0L);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var people = Enumerable.Range(0, silos * perSilo).Select(_ => Task.Run(TalkAsync, CancellationToken.None)).ToArray();
        // What runs first is compiled while it runs: everybody has read one reply before anything counts.
        await WaitAsync(() => Interlocked.Read(ref replies) >= people.Length, people, cancellationToken);
        var before = Snapshot();
        await Task.WhenAny(Task.Delay(length, cancellationToken), Task.WhenAny(people));
        var after = Snapshot();
        await over.CancelAsync();
        await Task.WhenAll(people);
        cancellationToken.ThrowIfCancellationRequested();
        var seconds = TimeProvider.System.GetElapsedTime(before.At, after.At).TotalSeconds;
        var (made, processor) = (after.Tokens - before.Tokens, (after.Processor - before.Processor).TotalSeconds);
        return new LoadFigures(
            silos, silos * perSilo, free, made / seconds, (after.Replies - before.Replies) / seconds, (after.Busy - before.Busy).TotalSeconds / seconds / silos,
            processor / seconds / Environment.ProcessorCount, 1e6 * processor / Math.Max(1, made));

        async Task TalkAsync()
        {
            var person = new Person(cluster.Grains, world.ReplyTokens);
            while (!over.IsCancellationRequested)
            {
                await person.AskAsync(await person.BeginAsync(), heard => Interlocked.Add(ref tokens, heard));
                Interlocked.Increment(ref replies);
            }
        }

        (long At, long Tokens, long Replies, TimeSpan Busy, TimeSpan Processor) Snapshot() =>
            (TimeProvider.System.GetTimestamp(), Interlocked.Read(ref tokens), Interlocked.Read(ref replies), cluster.Busy, Environment.CpuUsage.TotalTime);
    }

    private static async Task WaitAsync(Func<bool> condition, Task[] people, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition() && await timer.WaitForNextTickAsync(cancellationToken))
        {
            // Whoever fails says why.
            if (Array.Find(people, person => person.IsFaulted) is { } failed) await failed;
        }
    }
}
