using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Interfaces.Cluster;

/// <summary>What the nodes of this cluster are doing, for its operators, who may steer it. Any key.</summary>
/// <remarks>Refusals are <see cref="ConversationException"/>.</remarks>
[Alias("ngrammys.IClusterGrain")]
public interface IClusterGrain : IGrainWithIntegerKey
{
    /// <summary>Asks every node. One that does not answer is named without details.</summary>
    [Alias("Describe"), ResponseTimeout("00:00:10")]
    Task<ClusterDescription> Describe();

    /// <summary>Has a node hand its conversations over and take no more: before it is stopped, or to relieve it. Once its replies are none, it is free.</summary>
    /// <param name="node">Its <see cref="NodeDescription.Address"/>.</param>
    [Alias("Drain"), ResponseTimeout("00:00:10")]
    Task Drain(string node);

    /// <summary>Has a node that was drained take conversations again.</summary>
    /// <param name="node">Its <see cref="NodeDescription.Address"/>.</param>
    [Alias("Resume"), ResponseTimeout("00:00:10")]
    Task Resume(string node);
}
