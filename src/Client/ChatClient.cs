using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using NGrammys.Client.Protocol;

namespace NGrammys.Client;

/// <summary>A conversation partner on an NGrammys server. It reconnects by itself; replies are read exactly once and in order.</summary>
/// <remarks>Thread-safe. Every call may be cancelled, and throws <see cref="ChatException"/> where the server refuses it.</remarks>
public sealed class ChatClient : IAsyncDisposable
{
    // The server sends keep-alives far more often than either.
    private static readonly TimeSpan ReplySilence = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ChatConnection _connection;
    private readonly ConversationTransfer _files;
    private readonly TimeProvider _time;

    /// <summary>Every frame of a turn as it came, before anything is dropped.</summary>
    internal event Action<Guid, TurnEvent>? Received;

    private ChatClient(ChatConnection connection, ConversationTransfer files, TimeProvider time) => (_connection, _files, _time) = (connection, files, time);

    /// <summary>Connects to a server.</summary>
    /// <param name="server">Its address, such as <c>http://localhost:5080</c>.</param>
    /// <param name="key">An API key.</param>
    /// <param name="time">The clock; null = the system's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChatException">The server cannot be reached, or it refuses the key.</exception>
    public static async Task<ChatClient> ConnectAsync(Uri server, string key, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        time ??= TimeProvider.System;
        var connection = new ChatConnection(server, key, Patience, time);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return new ChatClient(connection, new ConversationTransfer(server, key), time);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the server serves.</summary>
    public Task<ServerInfo> GetServerAsync(CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<ServerInfo>("GetServer", cancellationToken);

    /// <summary>All conversations of the key's owner, pinned ones before others and the one used last first.</summary>
    public Task<IReadOnlyList<ConversationSummary>> ListConversationsAsync(CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<IReadOnlyList<ConversationSummary>>("ListConversations", cancellationToken);

    /// <summary>
    /// Follows the list of conversations: first, and after every connection that was lost, a change without an id, which asks to read the list; then
    /// every change, on whatever connection of the owner it was made.
    /// </summary>
    public async IAsyncEnumerable<ListChanged> WatchConversationsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var changes = Channel.CreateUnbounded<ListChanged>();
        using var heard = _connection.On<ListChanged>("ListChanged", change => changes.Writer.TryWrite(change));
        while (true)
        {
            // Any call opens the connection, and tries again where it cannot be opened yet.
            await GetServerAsync(cancellationToken);
            var lost = _connection.Lost;
            yield return new ListChanged();
            while (!lost.IsCompleted)
            {
                await Task.WhenAny(changes.Reader.WaitToReadAsync(cancellationToken).AsTask(), lost);
                cancellationToken.ThrowIfCancellationRequested();
                while (changes.Reader.TryRead(out var change)) yield return change;
            }
        }
    }

    /// <summary>Looks for conversations by what their titles and messages hold.</summary>
    public Task<FoundPage> SearchAsync(SearchRequest request, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<FoundPage>("Search", cancellationToken, request);

    /// <summary>Creates a conversation.</summary>
    /// <param name="title">Its title; without one the first message gives it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<ConversationSummary> CreateConversationAsync(string? title = null, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<ConversationSummary>("CreateConversation", cancellationToken,
            new CreateConversationRequest { OperationId = Guid.NewGuid(), Title = title });

    /// <summary>Creates a conversation. Repeating a request with the same operation id is safe.</summary>
    public Task<ConversationSummary> CreateConversationAsync(CreateConversationRequest request, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<ConversationSummary>("CreateConversation", cancellationToken, request);

    /// <summary>A conversation with all its messages.</summary>
    public Task<Conversation> GetConversationAsync(Guid conversation, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<Conversation>("GetConversation", cancellationToken, conversation);

    /// <summary>Says something at the end of the selected branch; read the reply with <see cref="ReadAsync"/>.</summary>
    public Task<SentMessage> SendAsync(Guid conversation, string text, TurnSettings? settings = null, CancellationToken cancellationToken = default) =>
        SendAsync(new SendRequest { ConversationId = conversation, OperationId = Guid.NewGuid(), Text = text, Settings = settings }, cancellationToken);

    /// <summary>Says something; read the reply with <see cref="ReadAsync"/>. Repeating a request with the same operation id is safe.</summary>
    public Task<SentMessage> SendAsync(SendRequest request, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<SentMessage>("Send", cancellationToken, request);

    /// <summary>Says something else in place of a user's message, which stays as a sibling.</summary>
    public Task<SentMessage> EditAsync(EditRequest request, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<SentMessage>("Edit", cancellationToken, request);

    /// <summary>Asks for another reply in place of one, which stays as a sibling.</summary>
    public Task<SentMessage> RegenerateAsync(RegenerateRequest request, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<SentMessage>("Regenerate", cancellationToken, request);

    /// <summary>Shows the branch that leads through a message to the latest one behind it; what is said next is said there.</summary>
    public Task SelectAsync(Guid conversation, Guid message, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<object?>("Select", cancellationToken, conversation, message);

    /// <summary>Changes how replies are made that bring no settings of their own.</summary>
    public Task ConfigureAsync(Guid conversation, TurnSettings settings, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<object?>("Configure", cancellationToken, conversation, settings);

    /// <summary>Holds a conversation with another model from now on; it reads what was said with the one before.</summary>
    public Task UseModelAsync(Guid conversation, string model, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<object?>("UseModel", cancellationToken, conversation, model);

    /// <summary>Reads a reply, while it is written or afterwards, to its end. Lost connections are made again; nothing is lost or doubled.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="turn">The turn that writes the reply.</param>
    /// <param name="from">First position wanted: 0, or one behind the last token of an earlier read.</param>
    /// <param name="cancellationToken">Ends the reading; the reply goes on without a reader.</param>
    public IAsyncEnumerable<TurnEvent> ReadAsync(Guid conversation, Guid turn, int from = 0, CancellationToken cancellationToken = default) =>
        new TurnReader((next, token) => Resume(conversation, turn, next, token), ChatConnection.Refuses, ReplySilence, Patience, _time)
            .ReadAsync(from, cancellationToken);

    /// <summary>Asks for a reply that belongs to no conversation, and reads it as it is written. It is not kept: when the connection is lost, so is the rest of it.</summary>
    public async IAsyncEnumerable<TurnEvent> TryAsync(TryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var hub = await _connection.OpenAsync(cancellationToken);
        var frames = await hub.StreamAsChannelAsync<TurnEvent>("Try", request, cancellationToken);
        while (await HasMoreAsync(frames, cancellationToken))
        {
            while (frames.TryRead(out var frame)) yield return frame;
        }
    }

    /// <summary>Ends a running reply; what it has said stays.</summary>
    public Task StopAsync(Guid conversation, Guid turn, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<object?>("Stop", cancellationToken, conversation, turn);

    /// <summary>Gives a conversation a title.</summary>
    public Task RenameAsync(Guid conversation, string title, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<object?>("Rename", cancellationToken, conversation, title);

    /// <summary>Puts a conversation before the others in lists, or back among them.</summary>
    public Task PinAsync(Guid conversation, bool pinned, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<object?>("Pin", cancellationToken, conversation, pinned);

    /// <summary>Deletes a conversation for good.</summary>
    public Task DeleteAsync(Guid conversation, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync<object?>("Delete", cancellationToken, conversation);

    /// <summary>All of a conversation as a file in JSON Lines, which <see cref="ImportAsync"/> takes, here or on another server.</summary>
    public Task<byte[]> ExportAsync(Guid conversation, CancellationToken cancellationToken = default) =>
        _files.ExportAsync(conversation, "jsonl", cancellationToken);

    /// <summary>The branch that is shown as a Markdown document.</summary>
    public async Task<string> ExportMarkdownAsync(Guid conversation, CancellationToken cancellationToken = default) =>
        Encoding.UTF8.GetString(await _files.ExportAsync(conversation, "markdown", cancellationToken));

    /// <summary>Makes a new conversation of an exported one.</summary>
    public Task<ConversationSummary> ImportAsync(byte[] file, CancellationToken cancellationToken = default) =>
        _files.ImportAsync(Guid.NewGuid(), file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return _connection.DisposeAsync();
    }

    private async IAsyncEnumerable<TurnEvent> Resume(Guid conversation, Guid turn, int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var hub = await _connection.OpenAsync(cancellationToken);
        var frames = await hub.StreamAsChannelAsync<TurnEvent>("Resume", conversation, turn, from, cancellationToken);
        while (await HasMoreAsync(frames, cancellationToken))
        {
            while (frames.TryRead(out var frame))
            {
                Received?.Invoke(turn, frame);
                yield return frame;
            }
        }
    }

    private static async ValueTask<bool> HasMoreAsync(ChannelReader<TurnEvent> frames, CancellationToken cancellationToken)
    {
        try
        {
            return await frames.WaitToReadAsync(cancellationToken);
        }
        catch (HubException e)
        {
            throw ChatException.FromHub(e);
        }
    }
}
