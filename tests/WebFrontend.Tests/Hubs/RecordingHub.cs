using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using NGrammys.WebFrontend.Hubs;

namespace NGrammys.WebFrontend.Tests.Hubs;

/// <summary>A hub without connections, which keeps what is said to its groups.</summary>
internal sealed class RecordingHub : IHubContext<ChatHub>, IHubClients, IGroupManager
{
    public List<(string Connection, string Group)> Joined { get; } = [];

    public Channel<(string Group, string Method, object? Argument)> Said { get; } = Channel.CreateUnbounded<(string, string, object?)>();

    IHubClients IHubContext<ChatHub>.Clients => this;

    IGroupManager IHubContext<ChatHub>.Groups => this;

    public IClientProxy All => throw new NotSupportedException();

    public IClientProxy Group(string groupName) => new Proxy(this, groupName);

    public Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        Joined.Add((connectionId, groupName));
        return Task.CompletedTask;
    }

    public Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => throw new NotSupportedException();

    public IClientProxy Client(string connectionId) => throw new NotSupportedException();

    public IClientProxy Clients(IReadOnlyList<string> connectionIds) => throw new NotSupportedException();

    public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => throw new NotSupportedException();

    public IClientProxy Groups(IReadOnlyList<string> groupNames) => throw new NotSupportedException();

    public IClientProxy User(string userId) => throw new NotSupportedException();

    public IClientProxy Users(IReadOnlyList<string> userIds) => throw new NotSupportedException();

    private sealed class Proxy(RecordingHub hub, string group) : IClientProxy
    {
        public async Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default) =>
            await hub.Said.Writer.WriteAsync((group, method, args.Single()), cancellationToken);
    }
}
