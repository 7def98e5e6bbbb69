using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Placement;

/// <summary>Tells every silo how busy this one is. Thread-safe.</summary>
internal sealed class LoadBroadcast(
    LocalDevices devices, SiloLoads loads, RunningTurns turns, StoreWatch store, IGrainFactory grains, IClusterMembershipService members, ILocalSiloDetails local, TimeProvider time)
{
    // A silo that does not answer is frozen or dead, and places nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly ModelDescription _model = Views.Model(devices.Model);

    /// <summary>Tells them now. Completes when they have heard, or half a second later; never fails.</summary>
    public async Task TellAsync()
    {
        var load = Load();
        // What concerns this silo must not wait for a call to itself.
        loads.Note(local.SiloAddress, load);
        var all = members.CurrentSnapshot.Members.Values;
        foreach (var dead in all.Where(member => member.Status == SiloStatus.Dead)) loads.Forget(dead.SiloAddress);
        var told = from member in all
                   where member.Status == SiloStatus.Active && !member.SiloAddress.Equals(local.SiloAddress)
                   select grains.GetGrain<ILoadGrain>(new BatcherKey(member.SiloAddress, 0).ToString()).Note(local.SiloAddress, load);
        try
        {
            await Task.WhenAll(told).WaitAsync(Patience, time);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // A silo that does not hear this hears the next.
        }
    }

    private SiloLoad Load()
    {
        var engines = devices.Living.Select(engine => engine.Load).ToList();
        var rows = engines.Sum(load => (double)load.KvRows);
        return new SiloLoad(
            engines.Sum(engine => engine.Waiting), rows == 0 ? 0 : engines.Sum(engine => (double)engine.KvRowsUsed) / rows, turns.Leaving, _model, store.IsAway);
    }
}
