using NGrammys.Storage.Sqlite;

namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>Ever more conversations that are open on one node whose device takes no time, each with a message and its reply, and what they cost.</summary>
/// <param name="world">What the node serves.</param>
internal sealed class OpenStage(ScaleWorld world)
{
    /// <summary>The fewest that can be asked for.</summary>
    public const int Fewest = AtOnce;

    private const int AtOnce = 16;
    private const int MostTurns = 400; // that are measured at each size
    private const int WarmUp = 2 * AtOnce, WarmUpTurns = 10;

    /// <summary>Measures.</summary>
    /// <param name="sizes">How many to have open, ascending.</param>
    /// <param name="progress">Receives how many are open.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<IReadOnlyList<OpenFigures>> RunAsync(IReadOnlyList<int> sizes, Action<int>? progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ngrammys-scale-");
        try
        {
            await using var store = SqliteStore.Open(Path.Combine(folder.FullName, "conversations.db"), TimeProvider.System);
            await using var cluster = await SimulatedCluster.StartAsync(1, costs: null, world.Model, world.Tokenizer, store);
            var person = new Person(cluster.Grains, world.ReplyTokens);
            // What runs first is compiled while it runs. These stay open, and belong to nobody's figures.
            var warm = await OpenAsync(WarmUp, null);
            for (var turn = 0; turn < WarmUpTurns; turn++) await AskAsync(warm);
            var (figures, open, empty) = (new List<OpenFigures>(), 0, Live());
            foreach (var size in sizes)
            {
                var opened = await OpenAsync(size - open, made => progress?.Invoke(open + made));
                open = size;
                var bytes = (Live() - empty) / open;
                var (began, processor) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
                // The second turn of each, at every size.
                var turns = Math.Min(MostTurns, opened.Length);
                await AskAsync(opened[..turns]);
                var (seconds, used) = (TimeProvider.System.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
                figures.Add(new OpenFigures(open, await AwakeAsync(cluster.Grains) - WarmUp, bytes, used / turns, turns / seconds));
            }

            return figures;

            async Task<Guid[]> OpenAsync(int count, Action<int>? made)
            {
                var opened = new Guid[count];
                await Parallel.ForAsync(0, count, Options(), async (i, _) =>
                {
                    opened[i] = await person.BeginAsync();
                    await person.AskAsync(opened[i]);
                    made?.Invoke(i);
                });
                return opened;
            }

            Task AskAsync(Guid[] conversations) => Parallel.ForEachAsync(conversations, Options(), async (conversation, _) => await person.AskAsync(conversation));

            ParallelOptions Options() => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static long Live() => GC.GetTotalMemory(forceFullCollection: true);

    private static async Task<int> AwakeAsync(IGrainFactory grains)
    {
        var statistics = await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(grain => grain.GrainType.Contains("ConversationGrain", StringComparison.Ordinal)).Sum(grain => grain.ActivationCount);
    }
}
