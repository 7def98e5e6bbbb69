using Microsoft.Extensions.Logging;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace NGrammys.Grains.Conversations;

/// <summary>What conversations tell the list that they stand in.</summary>
[Alias("ngrammys.IConversationList")]
internal interface IConversationList : IGrainWithStringKey
{
    /// <summary>A conversation was created, changed, or deleted. May be lost.</summary>
    [Alias("Note"), OneWay]
    Task Note(Guid conversation);
}

/// <summary>A user's conversations: listed, searched, and their changes told to the frontends that watch.</summary>
/// <remarks>It remembers nothing that must last: frontends ask again, and a version tells them what they have missed.</remarks>
[Reentrant]
internal sealed class UserGrain : Grain, IUserGrain, IConversationList
{
    // Longer lists are searched, not scrolled.
    private const int Longest = 1000;

    private readonly IConversationStore _conversations;
    private readonly ILogger _logger;
    private readonly ObserverManager<IListObserver> _watchers;
    private readonly HashSet<Guid> _changed = [];
    private Task _telling = Task.CompletedTask;
    private long _version;

    public UserGrain(IConversationStore conversations, TimeProvider time, ILogger<UserGrain> logger)
    {
        (_conversations, _logger) = (conversations, logger);
        _watchers = new ObserverManager<IListObserver>(IListObserver.WatchedFor, logger) { GetDateTime = () => time.GetUtcNow().UtcDateTime };
        // Higher than any that an earlier activation may have told.
        _version = time.GetUtcNow().UtcTicks;
    }

    private Owner Owner => Owner.Parse(this.GetPrimaryKeyString());

    public async Task<ConversationSummary[]> List()
    {
        var owner = Owner;
        var headers = await ConversationRecord.Guarded(() => _conversations.ListAsync(owner.Tenant, owner.User, Longest));
        return [.. headers.Select(Views.Summary)];
    }

    public async Task<FoundConversations> Search(string text, Guid? after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (owner, terms) = (Owner, SearchTerms.Parse(text));
        if (terms is null)
            throw new ConversationException(ConversationError.InvalidRequest, "Write what to look for: one to eight pieces of text of at most 100 characters.");
        // One more than wanted tells whether there are more.
        var hits = await ConversationRecord.Guarded(() => _conversations.SearchAsync(owner.Tenant, owner.User, terms, after, limit + 1));
        return new FoundConversations
        {
            Items = [.. hits.Take(limit).Select(hit => Snippet.Of(hit, terms))],
            Next = hits.Count > limit ? hits[limit - 1].Conversation.Id.Id : null,
        };
    }

    public Task<long> Watch(IListObserver observer)
    {
        _watchers.Subscribe(observer, observer);
        return Task.FromResult(_version);
    }

    public Task Unwatch(IListObserver observer)
    {
        _watchers.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    public Task Note(Guid conversation)
    {
        _version++;
        _watchers.ClearExpired();
        if (_watchers.Count == 0) return Task.CompletedTask;
        _changed.Add(conversation);
        if (_telling.IsCompleted) _telling = TellAsync();
        return Task.CompletedTask;
    }

    /// <summary>Tells of what has changed until nothing more has. One after the other: what is told last of a conversation is how it stands.</summary>
    private async Task TellAsync()
    {
        while (_changed.Count > 0)
        {
            var conversation = _changed.First();
            _changed.Remove(conversation);
            var version = _version;
            try
            {
                var header = await _conversations.ReadHeaderAsync(new ConversationKey(Owner, conversation).Id());
                await _watchers.Notify(watcher => watcher.Changed(new ListChange(version, conversation, header is null ? null : Views.Summary(header))));
            }
            catch (StorageException e)
            {
                // Whoever watches sees by the version that something is missing.
                _logger.LogListNotTold(e.Message);
            }
        }
    }
}
