using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Hubs;

namespace NGrammys.WebFrontend.Streaming;

/// <summary>Carries a reply from its grain to a reader, through the loss of silos.</summary>
/// <remarks>
/// A client of a cluster learns of a killed silo only when the response timeout of half a minute has passed, so the grain's keep-alives
/// tell whether it lives: a stream that misses four of them is left behind and opened anew, on whatever silo the grain is by then.
/// </remarks>
internal sealed class TurnRelay(TimeProvider time)
{
    // The grain sends a keep-alive every 300 ms.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.2);

    // A frozen silo is declared dead after 12 s; the conversation must then be read and its context prefilled again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads a reply from a position on to its end, each token once and in order.</summary>
    /// <param name="stream">Opens the grain's stream at a position.</param>
    /// <param name="from">First position wanted.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ConversationException">The conversation refuses to be read.</exception>
    /// <exception cref="ChatException">It could not be reached for 30 s.</exception>
    public IAsyncEnumerable<TurnEvent> ReadAsync(
        Func<int, CancellationToken, IAsyncEnumerable<TokenChunk>> stream, int from, CancellationToken cancellationToken) =>
        new TurnReader(
            (next, token) => stream(next, token).Select(Wire.ToEvent),
            error => error is ConversationException { Error: not (ConversationError.Unavailable or ConversationError.ModelUnavailable) },
            Silence, Patience, time,
            // A silo that is to take the conversation over cannot read it, say.
            error => error switch
            {
                ConversationException { StoreAway: true } => WaitReason.Storage,
                ConversationException { Error: ConversationError.ModelUnavailable } => WaitReason.Model,
                _ => null,
            })
        .ReadAsync(from, cancellationToken);
}
