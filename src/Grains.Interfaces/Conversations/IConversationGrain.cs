using Orleans.Concurrency;

namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>One conversation: owns its messages, its n-gram index and its draft state. Key: <see cref="ConversationKey"/>.</summary>
/// <remarks>Refusals are <see cref="ConversationException"/>. Operation ids make every change safe to repeat.</remarks>
[Alias("ngrammys.IConversationGrain")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Creates the conversation, with the model that <see cref="CallModel"/> says; again with the same operation id it answers the same.</summary>
    [Alias("Create")]
    Task<ConversationSummary> Create(Guid operationId, string? title);

    /// <summary>Creates the conversation from a file that <see cref="Export"/> has written, here or elsewhere; once per operation id.</summary>
    [Alias("Import"), ResponseTimeout("00:00:30")]
    Task<ConversationSummary> Import(Guid operationId, byte[] file);

    /// <summary>All of the conversation as a file in JSON Lines; a reply that is still being written is left out.</summary>
    [Alias("Export"), ResponseTimeout("00:00:30")]
    Task<byte[]> Export();

    /// <summary>The conversation with all its messages. The text of a running reply is empty: read it with <see cref="Stream"/> from 0.</summary>
    [Alias("Get")]
    Task<ConversationView> Get();

    /// <summary>Accepts a user message and starts the reply; read it with <see cref="Stream"/>.</summary>
    [Alias("Send")]
    Task<TurnHandle> Send(SendRequest request);

    /// <summary>Says something else in place of a user's message, which stays: the new one is its sibling, with a reply of its own.</summary>
    [Alias("Edit")]
    Task<TurnHandle> Edit(EditRequest request);

    /// <summary>Asks for another reply in place of one, which stays: the new one is its sibling.</summary>
    [Alias("Regenerate")]
    Task<TurnHandle> Regenerate(RegenerateRequest request);

    /// <summary>Shows the branch that leads through a message to the latest one behind it; what is said next is said there.</summary>
    [Alias("Select")]
    Task Select(Guid message);

    /// <summary>Changes how replies are made that bring no settings of their own. What is null takes the server's default.</summary>
    [Alias("Configure")]
    Task Configure(TurnSettings settings);

    /// <summary>Holds the conversation with another model from now on; the model reads what was said with the one before.</summary>
    [Alias("UseModel")]
    Task UseModel(string model);

    /// <summary>Reads a reply from a position on, live or afterwards; ends with an End or Error chunk. Stopping to read does not stop the reply.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="choice">Its alternative, 0 for the first.</param>
    /// <param name="from">First position wanted (inclusive).</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    [Alias("Stream")]
    IAsyncEnumerable<TokenChunk> Stream(Guid turn, int choice, int from, CancellationToken cancellationToken = default);

    /// <summary>Ends a running reply; what it has said stays. Returns when that is durable. A turn that is over is left alone.</summary>
    [Alias("Stop"), AlwaysInterleave]
    Task Stop(Guid turn);

    /// <summary>Gives the conversation a title.</summary>
    [Alias("Rename")]
    Task Rename(string title);

    /// <summary>Puts the conversation before the others in lists, or back among them.</summary>
    [Alias("Pin")]
    Task Pin(bool pinned);

    /// <summary>Deletes the conversation for good, with everything it has left anywhere.</summary>
    [Alias("Delete")]
    Task Delete();
}
