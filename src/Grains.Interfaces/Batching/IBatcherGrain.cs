namespace NGrammys.Grains.Interfaces.Batching;

/// <summary>The cluster address of the engine of one device. Key: silo address and device ordinal, see BatcherKey in Grains.</summary>
/// <remarks>It holds nothing but a reference to the engine. Engine refusals cross as <see cref="BatcherException"/>.</remarks>
[Alias("ngrammys.IBatcherGrain")]
public interface IBatcherGrain : IGrainWithStringKey
{
    /// <summary>Queues a sequence.</summary>
    [Alias("Start")]
    Task Start(SequenceStart request);

    /// <summary>Offers a draft and waits for what comes from its position on. Who waits longer than the time-out asks again, which is harmless.</summary>
    [Alias("Verify"), ResponseTimeout("00:00:20")]
    Task<VerificationResult> Verify(VerificationRequest request);

    /// <summary>Ends a sequence.</summary>
    [Alias("Cancel")]
    Task Cancel(Guid sequence);

    /// <summary>Takes a conversation's replies out of what its tenant's others draft from on this node, and its keys and values out of the node's devices.</summary>
    [Alias("Forget")]
    Task Forget(string tenant, Guid conversation);
}
