using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Streaming;
using Conversation = NGrammys.Client.Protocol.Conversation;
using ConversationSummary = NGrammys.Client.Protocol.ConversationSummary;
using EditRequest = NGrammys.Client.Protocol.EditRequest;
using RegenerateRequest = NGrammys.Client.Protocol.RegenerateRequest;
using SendRequest = NGrammys.Client.Protocol.SendRequest;
using TurnSettings = NGrammys.Client.Protocol.TurnSettings;

namespace NGrammys.WebFrontend.Hubs;

/// <summary>The conversations of whoever is signed in, over SignalR; see docs/protocol.md.</summary>
/// <remarks>It holds nothing between two calls: any frontend serves any conversation. The owner is part of every grain's key.</remarks>
[Authorize(KeyScopes.Chat)]
internal sealed class ChatHub(
    IGrainFactory grains, TurnRelay relay, PassingReplies passing, Refusals refusals, AdmissionWatch watch, ListFeed lists) : Hub
{
    public const string Path = "/hubs/chat";
    private const int FoundOnAPage = 20;
    private const int MostFoundOnAPage = 100;

    private static readonly string ProductVersion =
        typeof(ChatHub).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Has the connection closed when the key that opened it is revoked or its person signs out, and told of changes in the list until then.</summary>
    public override Task OnConnectedAsync()
    {
        var watched = watch.Watch(Context.User!, Context.Abort);
        Context.ConnectionAborted.Register(watched.Dispose);
        return lists.JoinAsync(Owner, Context.ConnectionId);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        lists.Leave(Owner);
        return Task.CompletedTask;
    }

    private Owner Owner => Context.User!.Owner();

    public async Task<ServerInfo> GetServer()
    {
        var server = await grains.GetGrain<IServerGrain>(0).Describe();
        return new ServerInfo
        {
            Version = ProductVersion,
            Model = server.Model,
            Device = server.Device,
            DataType = server.DataType,
            ContextLength = server.ContextLength,
            Defaults = Wire.ToSettings(server.Defaults),
            Admin = Context.User!.May(KeyScopes.Admin),
            Models = [.. server.Models.Select(Wire.ToModel)],
        };
    }

    public async Task<ConversationSummary[]> ListConversations() =>
        [.. (await grains.GetGrain<IUserGrain>(Owner.ToString()).List()).Select(Wire.ToSummary)];

    public async Task<FoundPage> Search(SearchRequest request)
    {
        var limit = request.Limit ?? FoundOnAPage;
        if (limit is < 1 or > MostFoundOnAPage)
            throw new ChatException(RefusalCode.InvalidRequest, $"limit is {limit}; it must be from 1 to {MostFoundOnAPage}.");
        return Wire.ToFound(await grains.GetGrain<IUserGrain>(Owner.ToString()).Search(request.Text ?? "", request.After, limit));
    }

    public async Task<ConversationSummary> CreateConversation(CreateConversationRequest request)
    {
        CallModel.Set(request.Model);
        return Wire.ToSummary(await Grain(request.OperationId).Create(request.OperationId, request.Title));
    }

    public async Task<Conversation> GetConversation(Guid conversationId) => Wire.ToConversation(await Grain(conversationId).Get());

    public async Task<SentMessage> Send(SendRequest request) => Wire.ToSent(await Grain(request.ConversationId).Send(Wire.ToGrain(request)));

    public async Task<SentMessage> Edit(EditRequest request) => Wire.ToSent(await Grain(request.ConversationId).Edit(Wire.ToGrain(request)));

    public async Task<SentMessage> Regenerate(RegenerateRequest request) =>
        Wire.ToSent(await Grain(request.ConversationId).Regenerate(Wire.ToGrain(request)));

    public Task Select(Guid conversationId, Guid messageId) => Grain(conversationId).Select(messageId);

    public Task Configure(Guid conversationId, TurnSettings settings) => Grain(conversationId).Configure(Wire.ToGrain(settings));

    public Task UseModel(Guid conversationId, string model) => Grain(conversationId).UseModel(model);

    public IAsyncEnumerable<TurnEvent> Resume(Guid conversationId, Guid turnId, int from, CancellationToken cancellationToken)
    {
        if (from < 0)
            throw new ChatException(RefusalCode.InvalidRequest, $"from is {from}; positions count from 0.");
        var conversation = Grain(conversationId);
        return refusals.Guard(
            relay.ReadAsync((next, token) => conversation.Stream(turnId, choice: 0, next, token), from, cancellationToken), cancellationToken);
    }

    public IAsyncEnumerable<TurnEvent> Try(TryRequest request, CancellationToken cancellationToken) =>
        refusals.Guard(passing.ReadAsync(Owner, request, cancellationToken), cancellationToken);

    public Task Stop(Guid conversationId, Guid turnId) => Grain(conversationId).Stop(turnId);

    public Task Rename(Guid conversationId, string title) => Grain(conversationId).Rename(title);

    public Task Pin(Guid conversationId, bool pinned) => Grain(conversationId).Pin(pinned);

    public Task Delete(Guid conversationId) => Grain(conversationId).Delete();

    private IConversationGrain Grain(Guid conversation) =>
        grains.GetGrain<IConversationGrain>(new ConversationKey(Owner, conversation).ToString());
}
