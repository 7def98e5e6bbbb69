using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Cluster;
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
