using Microsoft.AspNetCore.SignalR;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Hubs;

/// <summary>Tells a user's connections to this frontend of changes in the user's list of conversations. Thread-safe.</summary>
/// <remarks>What is lost on the way is noticed within <see cref="AskEvery"/>, and the connections are told to read the list again.</remarks>
internal sealed class ListFeed : IDisposable
{
    public const string Method = "ListChanged";

    /// <summary>How often it asks again to be told: well within <see cref="IListObserver.WatchedFor"/>.</summary>
    public static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(20);

    // The list that a new connection reads shall not be older than what it is told; a cluster that does not answer must not keep it out.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Owner, Watched> _owners = [];
    private readonly IGrainFactory _grains;
    private readonly IHubContext<ChatHub> _hub;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public ListFeed(IGrainFactory grains, IHubContext<ChatHub> hub, TimeProvider time)
    {
        (_grains, _hub, _time) = (grains, hub, time);
        _timer = time.CreateTimer(_ => AskAgain(), null, AskEvery, AskEvery);
    }

    /// <summary>Has a connection told from now on. Never fails; completes when it will be told, or soon.</summary>
    public async Task JoinAsync(Owner owner, string connection)
    {
        await _hub.Groups.AddToGroupAsync(connection, owner.ToString());
        Task asked;
        lock (_lock)
        {
            if (!_owners.TryGetValue(owner, out var watched))
                _owners.Add(owner, watched = new Watched(this, owner));
            watched.Connections++;
            asked = watched.Asked;
        }

        await Task.WhenAny(asked, Task.Delay(LongestWait, _time));
    }

    /// <summary>A connection is closed; SignalR takes it out of its groups.</summary>
    public void Leave(Owner owner)
    {
        lock (_lock)
        {
            if (--_owners[owner].Connections > 0) return;
            _owners.Remove(owner, out var watched);
            watched!.Stop();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void AskAgain()
    {
        Watched[] all;
        lock (_lock) all = [.. _owners.Values];
        foreach (var watched in all) watched.AskAsync().Ignore();
    }

    private Task TellAsync(Owner owner, ListChanged change) => _hub.Clients.Group(owner.ToString()).SendAsync(Method, change);

    /// <summary>One user's list, watched. Orleans holds its observers weakly: this is kept in <see cref="_owners"/>.</summary>
    private sealed class Watched : IListObserver
    {
        private readonly ListFeed _feed;
        private readonly Owner _owner;
        private readonly IListObserver _reference;
        private long _version;

        public Watched(ListFeed feed, Owner owner)
        {
            (_feed, _owner) = (feed, owner);
            _reference = feed._grains.CreateObjectReference<IListObserver>(this);
            Asked = AskAsync();
        }

        public int Connections { get; set; }

        /// <summary>Completes when the list was asked for the first time.</summary>
        public Task Asked { get; }

        private IUserGrain List
        {
            get
            {
                // Asked for on a timer, too, where no request says on whose behalf.
                CallOwner.Set(_owner);
                return _feed._grains.GetGrain<IUserGrain>(_owner.ToString());
            }
        }

        public Task Changed(ListChange change)
        {
            Interlocked.Exchange(ref _version, change.Version);
            return _feed.TellAsync(_owner, new ListChanged
            {
                Id = change.Conversation,
                Conversation = change.Summary is { } summary ? Wire.ToSummary(summary) : null,
            });
        }

        public async Task AskAsync()
        {
            try
            {
                var version = await List.Watch(_reference);
                var known = Interlocked.Exchange(ref _version, version);
                if (known != version && known != 0) await _feed.TellAsync(_owner, new ListChanged());
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or ConversationException or OperationCanceledException)
            {
                // It is asked again soon; that the version is another by then tells what was missed.
            }
        }

        public void Stop()
        {
            List.Unwatch(_reference).Ignore();
            _feed._grains.DeleteObjectReference<IListObserver>(_reference);
        }
    }
}
