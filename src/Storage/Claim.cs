namespace NGrammys.Storage;

/// <summary>
/// An activation's right to write a conversation: the fence. Each claim raises the epoch; from then on every write under an earlier claim is
/// refused, so that two activations of one conversation can never both append.
/// </summary>
/// <param name="Conversation">The conversation that is claimed.</param>
/// <param name="Epoch">Number of the claim, from 1.</param>
/// <param name="Token">Drawn afresh for each claim: tells apart claims of equal epoch in a store that was restored from a copy.</param>
public sealed record Claim(ConversationId Conversation, long Epoch, Guid Token);
