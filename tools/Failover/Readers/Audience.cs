using NGrammys.Failover.Hosts;
using NGrammys.HistoryChecker;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;
using NGrammys.Storage.PostgreSql;

namespace NGrammys.Failover.Readers;

/// <summary>The people who read while things die.</summary>
public sealed class Audience : IAsyncDisposable
{
    private const int Sure = 40;

    private readonly LocalCluster _cluster;
    private readonly Talker[] _talkers;
    private readonly int[][] _calm;
    private readonly CancellationTokenSource _left = new();
    private CancellationTokenSource _enough = new();
    private Task[] _talking = [];

    private Audience(LocalCluster cluster, Talker[] talkers, int[][] calm) => (_cluster, _talkers, _calm) = (cluster, talkers, calm);

    internal IReadOnlyList<Talker> Talkers => _talkers;

    /// <summary>Connects readers, and has each reply said once undisturbed.</summary>
    /// <param name="cluster">A cluster that is whole.</param>
    /// <param name="readers">How many; a third asks greedily, a third samples, a third holds replies to a schema.</param>
    /// <param name="longestReply">Tokens of a reply; half of them are its least.</param>
    public static async Task<Audience> GatherAsync(LocalCluster cluster, int readers, int longestReply)
    {
        var talkers = await Task.WhenAll(Enumerable.Range(0, readers).Select(number => Talker.ConnectAsync(cluster, number, longestReply))).For("readers to connect");
        var calm = await Task.WhenAll(talkers.Select(talker => talker.AskAsync())).For("undisturbed replies");
        var failure = talkers.SelectMany(talker => talker.Failures).FirstOrDefault();
        if (failure is not null) throw new NGrammysException($"Nothing had happened yet, and {failure}");
        foreach (var talker in talkers) talker.Forget();
        return new Audience(cluster, talkers, calm);
    }

    /// <summary>Lets them talk, and waits until every one hears something.</summary>
    public async Task BeginAsync()
    {
        _enough = CancellationTokenSource.CreateLinkedTokenSource(_left.Token);
        _talking = [.. _talkers.Select(talker => talker.AskAsync(_enough.Token))];
        await EverybodyHearsAsync("the beginning");
    }

    /// <summary>Waits until every reader has heard something that was not on its way before.</summary>
    /// <param name="what">What may have kept them from it.</param>
    public async Task EverybodyHearsAsync(string what)
    {
        // Some may still have been under way; so many more come only if the reply goes on.
        var wanted = _talkers.Select(talker => talker.Heard + Sure).ToArray();
        var heard = WaitAsync();
        // A reader that fails says why.
        await await Task.WhenAny([heard.For($"all {_talkers.Length} readers to hear more after {what}"), .. _talking]);
        await heard;

        async Task WaitAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (_talkers.Where((talker, i) => talker.Heard < wanted[i]).Any() && !_talking.Any(task => task.IsFaulted)) await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Lets the replies end that have begun, and holds what came against what is stored, and that against the undisturbed replies.</summary>
    public async Task<Verdict> EndAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_talking).For("the last replies");
        _enough.Dispose();
        await using var store = await PostgreSqlStore.OpenAsync(_cluster.Database.Connection, TimeProvider.System);
        var history = new List<HistoryLine>();
        foreach (var (talker, reference) in _talkers.Zip(_calm))
        {
            history.AddRange(talker.History);
            foreach (var reply in talker.Replies)
            {
                var rows = await store.ReadAsync(new ConversationId("local", "owner", reply.Conversation), reply.Turn, 0, 0);
                var turn = reply.Turn.ToString("N");
                history.Add(new HistoryLine(HistoryKind.Reference, turn, reference));
                history.Add(new HistoryLine(HistoryKind.Transcript, turn, [.. rows.SelectMany(row => row.Tokens)]));
            }
        }

        var verdict = new Verdict
        {
            Replies = _talkers.Sum(talker => talker.Replies.Count),
            Continued = _talkers.Sum(talker => talker.Replies.Count(reply => reply.Continued)),
            Frames = history.Count(line => line.Kind == HistoryKind.Received),
            Refusals = _talkers.Sum(talker => talker.Refusals),
            Failures = [.. _talkers.SelectMany(talker => talker.Failures)],
            Faults = Checker.Check(history),
        };
        foreach (var talker in _talkers) talker.Forget();
        return verdict;
    }

    /// <summary>Lets them go, in the middle of a reply if need be.</summary>
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        foreach (var talker in _talkers) await talker.DisposeAsync();
        _left.Dispose();
    }
}
