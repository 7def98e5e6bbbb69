using NGrammys.Grains.Batching;
using Orleans.Concurrency;

namespace NGrammys.Grains.Placement;

/// <summary>Ear of one silo for the loads of the others. Key: <see cref="BatcherKey"/> of its first device.</summary>
[Alias("ngrammys.ILoadGrain")]
internal interface ILoadGrain : IGrainWithStringKey
{
    /// <summary>Takes a silo's word for how busy it is.</summary>
    [Alias("Note")]
    Task Note(SiloAddress silo, SiloLoad load);
}

/// <inheritdoc cref="ILoadGrain"/>
[GpuPinnedPlacement, Reentrant]
internal sealed class LoadGrain(SiloLoads loads) : Grain, ILoadGrain
{
    public Task Note(SiloAddress silo, SiloLoad load)
    {
        loads.Note(silo, load);
        return Task.CompletedTask;
    }
}
