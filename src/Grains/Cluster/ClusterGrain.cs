using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Interfaces.Conversations;
using Orleans.Concurrency;

namespace NGrammys.Grains.Cluster;

/// <inheritdoc cref="IClusterGrain"/>
[StatelessWorker, Reentrant]
internal sealed class ClusterGrain(TimeProvider time) : Grain, IClusterGrain
{
    // A frozen node must not hide the others.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly string Conversation = typeof(ConversationGrain).FullName!;

    public async Task<ClusterDescription> Describe()
    {
        var management = GrainFactory.GetGrain<IManagementGrain>(0);
        var members = (await management.GetDetailedHosts()).Where(member => member.Status is not SiloStatus.Dead).ToArray();
        var asked = members.Select(member => AskAsync(member.SiloAddress)).ToArray();
        var living = await Task.WhenAll(members.Select(member => CountAsync(management, member.SiloAddress)));
        var details = await Task.WhenAll(asked);
        return new ClusterDescription
        {
            Nodes = [.. members.Select((member, i) => new NodeDescription
            {
                Address = member.SiloAddress.ToParsableString(),
                Name = member.SiloName,
                Status = member.Status.ToString(),
                Started = new DateTimeOffset(member.StartTime, TimeSpan.Zero),
                Conversations = living[i],
                Details = details[i],
            }).OrderBy(node => node.Address, StringComparer.Ordinal)],
        };
    }

    public async Task Drain(string node)
    {
        var (nodes, drained) = await FindAsync(node);
        var models = drained.Details!.Devices.Select(device => device.Model).ToHashSet();
        if (!nodes.Any(other => other != drained && other.Details is { Leaving: false } details && details.Devices.Any(device => models.Contains(device.Model))))
        {
            throw new ConversationException(ConversationError.Conflict,
                $"No other node takes conversations with {string.Join(", ", models)}; start one before {drained.Name} is drained.");
        }

        await NodeOf(drained).Drain(leaves: true);
    }

    public async Task Resume(string node) => await NodeOf((await FindAsync(node)).Node).Drain(leaves: false);

    private async Task<(NodeDescription[] Nodes, NodeDescription Node)> FindAsync(string address)
    {
        var nodes = (await Describe()).Nodes;
        var node = nodes.FirstOrDefault(node => node.Address == address)
            ?? throw new ConversationException(ConversationError.InvalidRequest, $"There is no node '{address}'; take an address from the list of nodes.");
        return node.Details is null
            ? throw new ConversationException(ConversationError.Unavailable, $"The node {node.Name} does not answer; if it is dead, its conversations go on elsewhere by themselves.")
            : (nodes, node);
    }

    private INodeGrain NodeOf(NodeDescription node) =>
        GrainFactory.GetGrain<INodeGrain>(new BatcherKey(SiloAddress.FromParsableString(node.Address), 0).ToString());

    private Task<NodeDetails?> AskAsync(SiloAddress silo) =>
        OrDefaultAsync(async () => (NodeDetails?)await GrainFactory.GetGrain<INodeGrain>(new BatcherKey(silo, 0).ToString()).Describe());

    private Task<int> CountAsync(IManagementGrain management, SiloAddress silo) => OrDefaultAsync(async () =>
        (await management.GetSimpleGrainStatistics([silo])).Where(statistic => statistic.GrainType.Contains(Conversation, StringComparison.Ordinal))
            .Sum(statistic => statistic.ActivationCount));

    private async Task<T?> OrDefaultAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().WaitAsync(Patience, time);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or OperationCanceledException)
        {
            return default;
        }
    }
}
