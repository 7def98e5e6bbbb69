namespace NGrammys.Grains.Interfaces.Cluster;

/// <summary>What the nodes of this cluster are doing, for its operators. Any key.</summary>
[Alias("ngrammys.IClusterGrain")]
public interface IClusterGrain : IGrainWithIntegerKey
{
    /// <summary>Asks every node. One that does not answer is named without details.</summary>
    [Alias("Describe"), ResponseTimeout("00:00:10")]
    Task<ClusterDescription> Describe();
}
