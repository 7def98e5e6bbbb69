namespace NGrammys.Drafting.Assessment;

/// <summary>A prompt and the reply that a model gave to it.</summary>
/// <param name="Conversation">Which conversation it belongs to; its turns stand in order and later ones repeat the earlier in their prompt.</param>
/// <param name="Category">Kind of work, as the record names it.</param>
/// <param name="Prompt">Token ids of all text before the reply.</param>
/// <param name="Reply">Token ids, with the end token where it came.</param>
public sealed record RecordedTurn(Guid Conversation, string Category, int[] Prompt, int[] Reply);
