using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;

namespace NGrammys.Grains.Placement;

/// <summary>What a silo does beside its grains: it tells the others how busy it is, asks for sweeps, and hands its conversations over before it stops.</summary>
internal sealed class SiloDuties(
    LocalDevices devices,
    SiloLoads loads,
    RunningTurns turns,
    IGrainFactory grains,
    IClusterMembershipService members,
    ILocalSiloDetails local,
    TimeProvider time) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);
    private const int SweepEvery = 5; // tellings

    // A store that is away must not keep the process: what it does not hold was not shown, and is made again.
    private static readonly TimeSpan LongestHandOver = TimeSpan.FromSeconds(20);

    private ITimer? _timer;
    private int _told;

    public void Participate(ISiloLifecycle lifecycle) =>
        // After everything else when starting, before everything else when stopping: the silo is whole in both.
        lifecycle.Subscribe(nameof(SiloDuties), ServiceLifecycleStage.Last, BeginAsync, LeaveAsync);

    private Task BeginAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(_ => Do(), null, TimeSpan.Zero, TellEvery);
        return Task.CompletedTask;
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_timer is not null) await _timer.DisposeAsync();
        var handedOver = turns.HandOverAsync();
        Tell();
        try
        {
            await handedOver.WaitAsync(LongestHandOver, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The next owner makes the rest again.
        }
    }

    private void Do()
    {
        Tell();
        if (++_told % SweepEvery == 0) grains.GetGrain<ISweeperGrain>(0).Sweep().Ignore();
    }

    private void Tell()
    {
        var engines = Enumerable.Range(0, devices.Count).Select(device => devices[device].Load).ToList();
        var rows = engines.Sum(load => (double)load.KvRows);
        var load = new SiloLoad(
            engines.Sum(engine => engine.Waiting), rows == 0 ? 0 : engines.Sum(engine => (double)engine.KvRowsUsed) / rows, turns.Leaving);
        // What concerns this silo must not wait for a call to itself.
        loads.Note(local.SiloAddress, load);
        foreach (var member in members.CurrentSnapshot.Members.Values)
        {
            if (member.Status != SiloStatus.Active || member.SiloAddress.Equals(local.SiloAddress)) continue;
            // A silo that does not hear this hears the next.
            grains.GetGrain<ILoadGrain>(new BatcherKey(member.SiloAddress, 0).ToString()).Note(local.SiloAddress, load).Ignore();
        }
    }
}
