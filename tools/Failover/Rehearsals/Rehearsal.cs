using NGrammys.Failover.Faults;
using NGrammys.Failover.Hosts;
using NGrammys.Failover.Readers;

namespace NGrammys.Failover.Rehearsals;

/// <summary>Works through the table of failures: real processes, real weights, real kills.</summary>
/// <param name="plan">What, and how often.</param>
/// <param name="tell">Told what happens, a line at a time.</param>
public sealed class Rehearsal(RehearsalPlan plan, Action<string> tell)
{
    // A silo that has just started is given conversations only as new ones begin: it is hit when it has some.
    private const int MostVoid = 3;

    private const string Poison = "☠☠☠☠☠☠☠☠";

    private readonly List<RowFigures> _rows = [];

    /// <summary>Runs every row that is planned.</summary>
    /// <param name="cancellationToken">Gives up between two tries; all processes are ended.</param>
    public async Task<IReadOnlyList<RowFigures>> RunAsync(CancellationToken cancellationToken)
    {
        await OnAsync(new ClusterShape(), cancellationToken,
            ("kill", (_, disasters) => Repeat(plan.Kills, plan.LeastHit, turn => disasters.KillSiloAsync(turn % 3), cancellationToken)),
            ("freeze", (_, disasters) => Repeat(plan.Freezes, plan.LeastHit, turn => disasters.FreezeSiloAsync(turn % 3, plan.Frozen), cancellationToken)),
            ("frontend", (_, disasters) => Repeat(plan.FrontendKills, 1, turn => disasters.KillFrontendAsync(turn % 2), cancellationToken)),
            ("database", (_, disasters) => Repeat(2, 1, turn => disasters.StopDatabaseAsync(plan.Outage, turn == 0 ? null : 0), cancellationToken)),
            ("rolling", (cluster, disasters) => Repeat(cluster.Silos.Count + cluster.Frontends.Count, 0, turn =>
                turn < cluster.Silos.Count ? disasters.StopSiloAsync(turn) : disasters.StopFrontendAsync(turn - cluster.Silos.Count), cancellationToken)));
        if (plan.From is { } from)
        {
            await OnAsync(new ClusterShape { Release = from }, cancellationToken, ("upgrade", (cluster, disasters) => ReplaceAsync(cluster, disasters, Release.Own, cancellationToken)));
            await OnAsync(new ClusterShape(), cancellationToken, ("downgrade", (cluster, disasters) => ReplaceAsync(cluster, disasters, from, cancellationToken)));
        }

        await LeaveAsync(cancellationToken);
        await OnAsync(new ClusterShape { Linked = true }, cancellationToken,
            ("cut-silo", (_, disasters) => Repeat(Third, plan.LeastHit, turn => disasters.CutOffSiloAsync(turn % 3, plan.Frozen), cancellationToken)),
            ("cut-store", (_, disasters) => Repeat(Third, 1, turn => disasters.CutOffStoreAsync(turn % 3, plan.Frozen), cancellationToken)),
            ("cut-frontend", (_, disasters) => Repeat(Third, 1, turn => disasters.CutOffFrontendAsync(turn % 2, plan.Frozen), cancellationToken)));
        await OnAsync(new ClusterShape { TwoModels = true }, cancellationToken,
            ("models", (_, disasters) => Repeat(plan.ModelKills, 1, turn => disasters.KillSiloAsync(turn % 3), cancellationToken)));
        await PoisonAsync(cancellationToken);
        return _rows;
    }

    private int Third => (plan.CutOffs + 2) / 3;

    /// <summary>Runs rows on one cluster.</summary>
    private async Task OnAsync(ClusterShape shape, CancellationToken cancellationToken, params (string Name, Func<LocalCluster, Disasters, Task<List<Trial>>> Run)[] rows)
    {
        rows = [.. rows.Where(row => plan.Rows.Contains(row.Name))];
        if (rows.Length == 0) return;
        await using var cluster = await StartAsync(shape);
        await using var audience = await Audience.GatherAsync(cluster, plan.Streams, plan.LongestReply);
        foreach (var (name, run) in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await audience.BeginAsync();
            var trials = await run(cluster, new Disasters(cluster, audience));
            Add(RowFigures.Of(name, trials, name is "kill" or "freeze" or "cut-silo" ? plan.LeastHit : 0, await audience.EndAsync()));
        }
    }

    /// <summary>A cluster goes to another release as nodes do that have a silo and a frontend each, node by node.</summary>
    private Task<List<Trial>> ReplaceAsync(LocalCluster cluster, Disasters disasters, Release release, CancellationToken cancellationToken)
    {
        Func<Task<Trial>>[] steps =
        [
            .. Enumerable.Range(0, cluster.Silos.Count).SelectMany(node => (Func<Task<Trial>>[])
            [
                () => disasters.ReplaceSiloAsync(node, release),
                .. node < cluster.Frontends.Count ? [() => disasters.ReplaceFrontendAsync(node, release)] : (Func<Task<Trial>>[])[],
            ]),
        ];
        return Repeat(steps.Length, 0, turn => steps[turn](), cancellationToken);
    }

    /// <summary>One silo leaves while many conversations lie idle: those on the others must stay awake.</summary>
    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!plan.Rows.Contains("leave")) return;
        await using var cluster = await StartAsync(new ClusterShape());
        await using var audience = await Audience.GatherAsync(cluster, plan.Streams, plan.LongestReply);
        await using var census = await Census.BeginAsync(cluster.Database);
        await audience.Talkers[0].CreateAsync(plan.Idle);
        await audience.BeginAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var before = await census.TakeAsync();
        var trial = await new Disasters(cluster, audience).StopSiloAsync(0);
        var after = await census.TakeAsync();
        tell(trial.Fault);
        var verdict = await audience.EndAsync();
        Add(RowFigures.Of("leave", [trial], 0, verdict) with { More = before.Keeps(after) });
    }

    /// <summary>A prompt kills whichever silo reads it.</summary>
    private async Task PoisonAsync(CancellationToken cancellationToken)
    {
        if (!plan.Rows.Contains("poison")) return;
        await using var cluster = await StartAsync(new ClusterShape { Poison = Poison });
        await using var audience = await Audience.GatherAsync(cluster, plan.Streams, plan.LongestReply);
        await using var poisoner = await Talker.ConnectAsync(cluster, plan.Streams * 3, plan.LongestReply);
        await audience.BeginAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var starts = cluster.Silos.Sum(silo => silo.Process.Starts);
        await poisoner.AskAsync($"Say {Poison} again.").For("the poison prompt to be given up");
        await audience.EverybodyHearsAsync("a poison prompt");
        await cluster.WholeAsync();
        var deaths = cluster.Silos.Sum(silo => silo.Process.Starts) - starts;
        var end = poisoner.Failures is [var failure, ..] ? failure : "it did not fail";
        tell($"poison: {deaths} processes died; {end}");
        var figures = RowFigures.Of("poison", [], 0, await audience.EndAsync());
        Add(figures with
        {
            Tries = [$"a prompt that ends the process whose engine reads it: {end}"],
            More = new Dictionary<string, double> { ["processes_died"] = deaths, ["poison_failed"] = poisoner.Failures.Count },
        });
    }

    private async Task<LocalCluster> StartAsync(ClusterShape shape)
    {
        tell($"starting {shape.Silos} silos of {shape.Release}, {shape.Frontends} frontends, PostgreSQL; {plan.Streams} streams");
        return await LocalCluster.StartAsync(shape);
    }

    private void Add(RowFigures figures)
    {
        _rows.Add(figures);
        tell($"{figures.Row}: {figures.Replies} replies, {figures.Lost} lost, {figures.Doubled} doubled, {figures.Altered} altered, {figures.Reordered} reordered, {figures.FailedTurns} failed");
    }

    /// <summary>Tries until so many count, or too many do not.</summary>
    private async Task<List<Trial>> Repeat(int count, int least, Func<int, Task<Trial>> run, CancellationToken cancellationToken)
    {
        var trials = new List<Trial>();
        for (var turn = 0; trials.Count(trial => trial.Gaps.Count >= least) < count && turn < count * MostVoid; turn++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var trial = await run(turn);
            tell($"{trial.Fault}: {trial.Gaps.Count} hit{(GapFigures.Of(trial.Gaps) is { } gap ? $", {gap.P50:f1} s p50, {gap.Max:f1} s at most" : "")}");
            trials.Add(trial);
        }

        return trials;
    }
}
