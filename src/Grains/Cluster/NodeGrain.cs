using System.Reflection;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Observability;
using NGrammys.Grains.Placement;
using NGrammys.Inference.Abstractions;
using Orleans.Concurrency;

namespace NGrammys.Grains.Cluster;

/// <summary>The node that it lives on, as the others see and steer it. Key: <see cref="BatcherKey"/> of the node's first device.</summary>
[Alias("ngrammys.INodeGrain")]
internal interface INodeGrain : IGrainWithStringKey
{
    /// <summary>What the node is doing.</summary>
    [Alias("Describe")]
    Task<NodeDetails> Describe();

    /// <summary>Has the node hand its conversations over and take no more, or take some again. Returns when the others know; the handing over goes on.</summary>
    [Alias("Drain")]
    Task Drain(bool leaves);
}

/// <inheritdoc cref="INodeGrain"/>
[GpuPinnedPlacement, Reentrant]
internal sealed class NodeGrain(LocalDevices devices, RunningTurns turns, LoadBroadcast broadcast, Pilot pilot) : Grain, INodeGrain
{
    private static readonly string Version =
        typeof(NodeGrain).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public Task<NodeDetails> Describe() => Task.FromResult(new NodeDetails
    {
        Version = Version,
        Leaving = turns.Leaving,
        Memory = Environment.WorkingSet,
        Replies = turns.Count,
        Devices = [.. Enumerable.Range(0, devices.Count).Select(device => Describe(devices[device].Model, devices[device].Load, devices.IsLost(device)))],
        Sources = TurnInstruments.Sources(),
        Pilot = pilot.Describe(),
    });

    public async Task Drain(bool leaves)
    {
        if (leaves) turns.Leave();
        else turns.Return();
        // First, so that nobody sends here what is let go.
        await broadcast.TellAsync();
        if (leaves) turns.HandOverAsync().Ignore();
    }

    private static DeviceDescription Describe(ModelInfo model, EngineLoad load, bool lost) => new()
    {
        Model = model.Name,
        Device = model.Device,
        DataType = model.DataType,
        Running = load.Running,
        Waiting = load.Waiting,
        KvRowsUsed = load.KvRowsUsed,
        KvRows = load.KvRows,
        Passes = load.Steps,
        Carried = load.RootsCarried,
        Drafted = load.Drafted,
        Accepted = load.Accepted,
        Generated = load.Generated,
        Prefilled = load.Prefilled,
        NodePrice = load.NodePrice,
        LastPassTokens = load.LastPassTokens,
        LastPassSeconds = load.LastPassSeconds,
        LastPassExpected = load.LastPassExpected,
        Lost = lost,
        MemoryUsed = load.Memory?.Used ?? 0,
        MemoryTotal = load.Memory?.Total ?? 0,
    };
}
