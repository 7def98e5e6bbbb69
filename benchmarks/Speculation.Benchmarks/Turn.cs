namespace NGrammys.Speculation.Benchmarks;

/// <summary>A prompt and the greedy reply of the model to it.</summary>
/// <param name="Conversation">Number of the conversation, from 0; later turns repeat the earlier ones in their prompt.</param>
/// <param name="Category">What the question is about.</param>
/// <param name="Prompt">Token ids.</param>
/// <param name="Reply">Token ids, with the end token where it came.</param>
internal sealed record Turn(int Conversation, string Category, int[] Prompt, int[] Reply)
{
    /// <summary>The reply before it in its conversation; null in the first turn.</summary>
    public int[]? Earlier { get; init; }
}
