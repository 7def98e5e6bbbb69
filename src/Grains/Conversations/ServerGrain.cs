using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Placement;
using Orleans.Concurrency;

namespace NGrammys.Grains.Conversations;

/// <summary>Describes what is served.</summary>
[StatelessWorker, Reentrant]
internal sealed class ServerGrain(LocalDevices devices, SiloLoads loads) : Grain, IServerGrain
{
    public Task<ServerDescription> Describe()
    {
        // Silos that have just started have not heard of any, not even of themselves.
        ModelDescription[] models = loads.Models is { Count: > 0 } known ? [.. known] : [Views.Model(devices.Model)];
        return Task.FromResult(new ServerDescription
        {
            Model = models[0].Name,
            Device = models[0].Device,
            DataType = models[0].DataType,
            ContextLength = models[0].ContextLength,
            Defaults = models[0].Defaults,
            Models = models,
        });
    }
}
