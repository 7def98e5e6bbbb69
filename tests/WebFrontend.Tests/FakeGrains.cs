using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Tests;

/// <summary>Conversations in memory whose replies are written by the test (<see cref="Reply"/>), in a real Orleans silo.</summary>
internal sealed class FakeConversationGrain : Grain, IConversationGrain
{
    private static readonly DateTimeOffset Created = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly ConcurrentDictionary<Owner, ConcurrentDictionary<Guid, ConversationSummary>> Lists = new();

    private readonly List<MessageView> _messages = [];
    private Guid? _turn;
    private TurnSettings? _settings;

    private ConversationKey Key => ConversationKey.Parse(this.GetPrimaryKeyString());

    private ConversationSummary Summary => Of(Key.Owner).TryGetValue(Key.Conversation, out var summary)
        ? summary
        : throw new ConversationException(ConversationError.UnknownConversation, "There is no such conversation.");

    public static ConcurrentDictionary<Guid, ConversationSummary> Of(Owner owner) => Lists.GetOrAdd(owner, _ => new());

    public Task<ConversationSummary> Create(Guid operationId, string? title) => Task.FromResult(Of(Key.Owner).GetOrAdd(Key.Conversation, id =>
        new ConversationSummary { Id = id, Title = title ?? "New", CreatedAt = Created, UpdatedAt = Created, Running = false, Model = CallModel.Current }));

    public Task<ConversationSummary> Import(Guid operationId, byte[] file) => Encoding.UTF8.GetString(file) switch
    {
        "bad" => throw new ConversationException(ConversationError.InvalidRequest, "Line 1 of the file is bad."),
        "fail" => throw new InvalidOperationException("A secret of the server."),
        var title => Create(operationId, title),
    };

    public Task<byte[]> Export() => Task.FromResult(Encoding.UTF8.GetBytes(Summary.Title));

    public Task<ConversationView> Get() => Task.FromResult(new ConversationView
    {
        Summary = Summary,
        Messages = [.. _messages],
        SelectedMessage = _messages.LastOrDefault()?.Id,
        RunningTurn = _turn,
        Settings = _settings ?? new TurnSettings(),
    });

    public Task<TurnHandle> Send(SendRequest request)
    {
        _ = Summary;
        _settings = request.Settings;
        switch (request.Text)
        {
            case "":
                throw new ConversationException(ConversationError.InvalidRequest, "The message is empty.");
            case "fail":
                throw new InvalidOperationException("A secret of the server.");
            case "settings":
                throw new ConversationException(ConversationError.Conflict, $"{_settings?.Temperature} {_settings?.Seed} {_settings?.MaxDraftNodes}");
            case "all settings":
                throw new ConversationException(ConversationError.Conflict, JsonSerializer.Serialize(_settings));
        }
        _turn = Guid.NewGuid();
        var user = new MessageView { Id = Guid.NewGuid(), Role = "user", Text = request.Text, CreatedAt = Created };
        var assistant = new MessageView { Id = Guid.NewGuid(), Parent = user.Id, Role = "assistant", Text = "", CreatedAt = Created, Turn = _turn };
        _messages.AddRange([user, assistant]);
        Reply.Of(_turn.Value);
        return Task.FromResult(new TurnHandle(_turn.Value, user.Id, assistant.Id));
    }

    public Task<TurnHandle> Edit(EditRequest request) =>
        throw new ConversationException(ConversationError.Conflict, $"edit {request.Message} {request.Text} {request.Settings?.Temperature}");

    public Task<TurnHandle> Regenerate(RegenerateRequest request) =>
        throw new ConversationException(ConversationError.Conflict, $"regenerate {request.Message} {request.Settings?.Temperature}");

    public Task Select(Guid message) => throw new ConversationException(ConversationError.Conflict, $"select {message}");

    public Task Configure(TurnSettings settings)
    {
        _settings = settings;
        return Task.CompletedTask;
    }

    public Task UseModel(string model)
    {
        if (model == "cedar") throw new ConversationException(ConversationError.ModelUnavailable, "No node serves cedar now.");
        Of(Key.Owner)[Key.Conversation] = Summary with { Model = model };
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<TokenChunk> Stream(Guid turn, int choice, int from, CancellationToken cancellationToken = default) => Reply.Exists(turn)
        ? Reply.Of(turn).Read(from, cancellationToken)
        : throw new ConversationException(ConversationError.UnknownTurn, "There is no such turn.");

    public Task Stop(Guid turn)
    {
        Reply.Of(turn).End("cancelled");
        return Task.CompletedTask;
    }

    public Task Rename(string title)
    {
        Of(Key.Owner)[Key.Conversation] = Summary with { Title = title };
        return Task.CompletedTask;
    }

    public Task Pin(bool pinned)
    {
        Of(Key.Owner)[Key.Conversation] = Summary with { Pinned = pinned };
        return FakeUserGrain.TellAsync(Key.Owner, Key.Conversation);
    }

    public Task Delete()
    {
        Of(Key.Owner).TryRemove(Key.Conversation, out _);
        return FakeUserGrain.TellAsync(Key.Owner, Key.Conversation);
    }
}

internal sealed class FakeUserGrain : Grain, IUserGrain
{
    private static readonly ConcurrentDictionary<(Owner, IListObserver), bool> Watching = new();
    private static readonly ConcurrentDictionary<Owner, long> Versions = new();

    private Owner Owner => Owner.Parse(this.GetPrimaryKeyString());

    /// <summary>A change of which nobody is told.</summary>
    public static long Lose(Owner owner) => Versions.AddOrUpdate(owner, 2, (_, version) => version + 1);

    public static async Task TellAsync(Owner owner, Guid conversation)
    {
        var change = new ListChange(Lose(owner), conversation, FakeConversationGrain.Of(owner).GetValueOrDefault(conversation));
        foreach (var (watched, observer) in Watching.Keys)
        {
            if (watched == owner) await observer.Changed(change);
        }
    }

    public Task<ConversationSummary[]> List() => Task.FromResult(FakeConversationGrain.Of(Owner).Values.ToArray());

    public Task<FoundConversations> Search(string text, Guid? after, int limit) => Task.FromResult(new FoundConversations
    {
        Items = [.. FakeConversationGrain.Of(Owner).Values.Where(summary => summary.Title.Contains(text, StringComparison.Ordinal)).Take(limit).Select(summary =>
            new FoundConversation { Conversation = summary, Message = after, Snippet = summary.Title, Marks = [new TextMark(1, 2)] })],
        Next = after,
    });

    public Task<long> Watch(IListObserver observer)
    {
        Watching[(Owner, observer)] = true;
        return Task.FromResult(Versions.GetOrAdd(Owner, 1));
    }

    public Task Unwatch(IListObserver observer)
    {
        Watching.TryRemove((Owner, observer), out _);
        return Task.CompletedTask;
    }
}

/// <summary>Repeats the prompt.</summary>
internal sealed class FakeCompletionGrain : Grain, ICompletionGrain
{
    private readonly Reply _reply = Reply.Of(Guid.NewGuid());

    public Task<CompletionHandle> Begin(CompletionRequest request)
    {
        _reply.Say(request.Prompt.Messages!, $" {request.Settings.MaxDraftNodes}{CallModel.Current}");
        _reply.End("stop");
        return Task.FromResult(new CompletionHandle { PromptTokens = 1, Fingerprint = "scripted", StopTokens = [] });
    }

    public IAsyncEnumerable<TokenChunk> Stream(int choice, int from, CancellationToken cancellationToken = default) => _reply.Read(from, cancellationToken);

    public Task<string[]> Spell(int[] tokens) => Task.FromResult(Array.ConvertAll(tokens, token => $"{token}"));

    public Task Forget()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

internal sealed class FakeClusterGrain : Grain, IClusterGrain
{
    public Task<ClusterDescription> Describe() => Task.FromResult(new ClusterDescription
    {
        Nodes = [new NodeDescription { Address = "127.0.0.1:1@1", Name = "first", Status = "Active", Started = DateTimeOffset.UnixEpoch, Conversations = 3 }],
    });

    public Task Drain(string node) => node == "127.0.0.1:1@1" ? Task.CompletedTask
        : throw new ConversationException(ConversationError.InvalidRequest, $"There is no node '{node}'.");

    public Task Resume(string node) => throw new ConversationException(ConversationError.Conflict, $"{node} was not drained.");
}

internal sealed class FakeServerGrain : Grain, IServerGrain
{
    public Task<ServerDescription> Describe() => Task.FromResult(new ServerDescription
    {
        Model = "scripted",
        Device = "cpu",
        DataType = "float32",
        ContextLength = 2048,
        Defaults = new TurnSettings(),
        Models = [Describe("scripted"), Describe("second")],
    });

    private static ModelDescription Describe(string name) =>
        new() { Name = name, Device = "cpu", DataType = "float32", ContextLength = 2048, Defaults = new TurnSettings(), Fingerprint = name };
}
