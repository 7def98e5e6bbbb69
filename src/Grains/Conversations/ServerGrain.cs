using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using Orleans.Concurrency;

namespace NGrammys.Grains.Conversations;

/// <summary>Describes what is served.</summary>
[StatelessWorker, Reentrant]
internal sealed class ServerGrain(LocalDevices devices) : Grain, IServerGrain
{
    public Task<ServerDescription> Describe() => Task.FromResult(new ServerDescription
    {
        Model = devices.Model.Name,
        Device = devices.Model.Device,
        DataType = devices.Model.DataType,
        ContextLength = devices.Model.ContextLength,
        Defaults = TurnPlan.Defaults(devices.Model),
    });
}
