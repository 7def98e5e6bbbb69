namespace NGrammys.Inference.Abstractions;

/// <summary>One model on one device: one dedicated thread, one ragged forward pass per step for all sequences.</summary>
/// <remarks>All members are thread-safe. Engine errors are <see cref="EngineException"/>.</remarks>
public interface IInferenceEngine
{
    /// <summary>The model it serves.</summary>
    ModelInfo Model { get; }

    /// <summary>What it is doing.</summary>
    EngineLoad Load { get; }

    /// <summary>Whether a sequence would be taken. Returns, or throws what <see cref="StartAsync"/> would refuse it with; nothing is started.</summary>
    void Check(SequenceRequest request);

    /// <summary>A place in the queue for a sequence that will be started, until it is disposed: others count it. Null where so many of its tenant, or of all, wait or
    /// have a place that this one would be refused as <see cref="EngineError.Overloaded"/>.</summary>
    IDisposable? Reserve(SequenceRequest request);

    /// <summary>Queues a sequence. Completes when it is accepted; prefill and decoding follow by themselves.</summary>
    Task StartAsync(SequenceRequest request, CancellationToken cancellationToken = default);

    /// <summary>Offers a draft and waits for the tokens from its position on. Cancelling gives up the wait, never the sequence.</summary>
    Task<VerifyResult> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends a sequence within one step and frees what it held, unread tokens with it: whoever asks for it later is told that it was
    /// cancelled, and nothing else. Unknown sequences are ignored.</summary>
    Task CancelAsync(Guid sequence);

    /// <summary>Drops the keys and values that a conversation's sequences have left for later ones, and those that running ones would leave.</summary>
    Task ForgetAsync(Guid conversation);
}
