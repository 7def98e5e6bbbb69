using NGrammys.Grains.Interfaces.Conversations;
using Orleans.Concurrency;

namespace NGrammys.Grains.Interfaces.Completions;

/// <summary>A conversation that is not kept: one request, answered and forgotten. Key: <see cref="ConversationKey"/> with a fresh id.</summary>
/// <remarks>
/// It owns draft state and decodes as a kept conversation does, but no store knows of it: with its process the reply is gone, and the caller asks
/// again. A reply that nobody reads for half a minute is ended. Refusals are <see cref="ConversationException"/>.
/// </remarks>
[Alias("ngrammys.ICompletionGrain")]
public interface ICompletionGrain : IGrainWithStringKey
{
    /// <summary>Takes the request and starts its replies, with the model that <see cref="CallModel"/> says; read them with <see cref="Stream"/>.</summary>
    [Alias("Begin")]
    Task<CompletionHandle> Begin(CompletionRequest request);

    /// <summary>Reads a reply from a position on; ends with an End chunk.</summary>
    /// <param name="choice">Its alternative, 0 for the first.</param>
    /// <param name="from">First position wanted (inclusive).</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    [Alias("Stream")]
    IAsyncEnumerable<TokenChunk> Stream(int choice, int from, CancellationToken cancellationToken = default);

    /// <summary>The text of single tokens, special ones included, as they read inside a text.</summary>
    [Alias("Spell"), AlwaysInterleave]
    Task<string[]> Spell(int[] tokens);

    /// <summary>Ends what is still running and forgets the request. May be repeated.</summary>
    [Alias("Forget"), AlwaysInterleave]
    Task Forget();
}
