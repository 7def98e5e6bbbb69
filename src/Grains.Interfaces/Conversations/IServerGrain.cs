namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>What this cluster serves. Any key.</summary>
[Alias("ngrammys.IServerGrain")]
public interface IServerGrain : IGrainWithIntegerKey
{
    /// <summary>Model, device and limits, as a client shows them.</summary>
    [Alias("Describe")]
    Task<ServerDescription> Describe();
}
