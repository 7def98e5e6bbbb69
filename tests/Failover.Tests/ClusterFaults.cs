using NGrammys.Failover.Tests.Hosting;
using NGrammys.HistoryChecker;
using NGrammys.Storage;
using NGrammys.Storage.PostgreSql;
using NGrammys.TestSupport;

namespace NGrammys.Failover.Tests;

/// <summary>Real processes, killed, frozen, stopped and cut off from their database while replies are written: nobody may notice but by a pause.</summary>
/// <remarks>
/// Run by hand, with <c>dotnet test --project tests/Failover.Tests -p:Failover=true</c>: it needs two cores to itself. Under a load that keeps silos from
/// answering probes of a second they rightly declare each other dead.
/// </remarks>
public abstract class ClusterFaults
{
    private const int Talkers = 9, Kills = 4;
    private static readonly TimeSpan Freeze = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WithoutDatabase = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Nothing_is_lost_doubled_altered_or_reordered_whatever_dies()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var client = await cluster.ConnectAsync();
        var calm = await Task.WhenAll(Enumerable.Range(0, Talkers).Select(number => new Talker(client, number).AskAsync())).For("undisturbed replies");
        Talker[] talkers = [.. Enumerable.Range(0, Talkers).Select(number => new Talker(client, number))];
        using var enough = new CancellationTokenSource();
        Task[] talking = [.. talkers.Select(talker => talker.AskAsync(enough.Token))];
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await cluster.Silos[kill % 3].EndAsync("KILL");
                await GoesOnAsync(cluster, talkers, talking, $"kill {kill + 1} of a silo");
            }

            for (var frontend = 0; frontend < 2; frontend++)
            {
                await cluster.WebFrontends[frontend].EndAsync("KILL");
                await GoesOnAsync(cluster, talkers, talking, $"the kill of frontend {frontend}");
            }

            var frozen = await cluster.Silos[1].UpAsync();
            frozen.Signal("STOP");
            await Task.Delay(Freeze, TestContext.Current.CancellationToken);
            await EverybodyHearsAsync(talkers, talking, "a silo was frozen");
            frozen.Signal("CONT");
            // It finds itself declared dead, and ends.
            await frozen.EndAsync();
            await GoesOnAsync(cluster, talkers, talking, "the frozen silo came back");

            await cluster.Database.StopAsync();
            await Task.Delay(WithoutDatabase, TestContext.Current.CancellationToken);
            await cluster.Database.StartAgainAsync();
            await GoesOnAsync(cluster, talkers, talking, "the database was away");

            for (var silo = 0; silo < 3; silo++)
            {
                await cluster.Silos[silo].EndAsync("TERM");
                await GoesOnAsync(cluster, talkers, talking, $"silo {silo} was stopped");
            }

            await enough.CancelAsync();
            await Task.WhenAll(talking).For("the last replies");
            await AssertKeptAsync(cluster, talkers, calm);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{cluster.Logs()}", e);
        }

        Assert.True(talkers.Sum(talker => talker.Continued) > 0, "no reply was hit: the faults came between replies");
    }

    /// <summary>Waits until every reader hears more, and every process is up again.</summary>
    private static async Task GoesOnAsync(TestCluster cluster, Talker[] talkers, Task[] talking, string after)
    {
        await EverybodyHearsAsync(talkers, talking, after);
        await cluster.WholeAsync();
    }

    /// <summary>Waits until every reader has heard something that was not on its way before.</summary>
    private static async Task EverybodyHearsAsync(Talker[] talkers, Task[] talking, string what)
    {
        // One frame may still have been under way, a second one tells that the reply goes on.
        var wanted = talkers.Select(talker => talker.Heard + 20).ToArray();
        var heard = WaitAsync();
        // A reader that fails says why.
        await await Task.WhenAny([heard.For($"all {talkers.Length} readers to hear more after {what}"), .. talking]);
        await heard;

        async Task WaitAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (talkers.Where((talker, i) => talker.Heard < wanted[i]).Any() && !talking.Any(task => task.IsFaulted)) await timer.WaitForNextTickAsync();
        }
    }

    private static async Task AssertKeptAsync(TestCluster cluster, Talker[] talkers, int[][] calm)
    {
        await using var store = await PostgreSqlStore.OpenAsync(cluster.Database.Connection, TimeProvider.System);
        var history = new List<HistoryLine>();
        foreach (var (talker, reference) in talkers.Zip(calm))
        {
            Assert.NotEmpty(talker.Turns);
            history.AddRange(talker.History);
            foreach (var (conversation, turn) in talker.Turns)
            {
                var rows = await store.ReadAsync(new ConversationId("local", "owner", conversation), turn, 0, 0);
                history.Add(new HistoryLine(HistoryKind.Reference, turn.ToString("N"), reference));
                history.Add(new HistoryLine(HistoryKind.Transcript, turn.ToString("N"), [.. rows.SelectMany(row => row.Tokens)]));
            }
        }

        Assert.Empty(Checker.Check(history));
        Console.WriteLine($"{talkers.Sum(talker => talker.Replies)} replies, {talkers.Sum(talker => talker.Continued)} of them continued by another silo, "
            + $"{history.Count(line => line.Kind == HistoryKind.Received)} frames");
    }
}

#if FAILOVER
public sealed class ClusterTests : ClusterFaults;
#endif
