using NGrammys.Grains.Conversations;

namespace NGrammys.Grains.Placement;

/// <summary>
/// What a silo does beside its grains: it tells the others how busy it is, asks for sweeps, and lets go of its conversations before it stops and while it alone
/// does not reach the store.
/// </summary>
internal sealed class SiloDuties(
    LoadBroadcast broadcast, SiloLoads loads, StoreWatch store, RunningTurns turns, IGrainFactory grains, ILocalSiloDetails local, TimeProvider time)
    : ILifecycleParticipant<ISiloLifecycle>
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
        turns.Leave();
        // First, so that nobody sends here what is let go.
        await broadcast.TellAsync();
        try
        {
            await turns.HandOverAsync().WaitAsync(LongestHandOver, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The next owner makes the rest again.
        }
    }

    private async Task CutOffAsync()
    {
        turns.CutOff = true;
        // First, so that nobody sends here what is let go.
        await broadcast.TellAsync();
        turns.Drop();
    }

    private void Do()
    {
        store.Ask();
        if (turns.CutOff && !store.IsAway) turns.CutOff = false;
        else if (!turns.CutOff && store.IsAwayForLong && loads.Other(local.SiloAddress) is not null) CutOffAsync().Ignore();
        broadcast.TellAsync().Ignore();
        if (++_told % SweepEvery == 0) grains.GetGrain<ISweeperGrain>(0).Sweep().Ignore();
    }
}
