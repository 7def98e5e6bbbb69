using System.Text.Json;
using Microsoft.Extensions.Logging;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Placement;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;
using Orleans.Placement;

namespace NGrammys.Grains.Conversations;

/// <summary>One conversation. It claims its record when it wakes, which fences off whoever owned it before, and takes up what was left unfinished.</summary>
/// <remarks>Not reentrant: changes come one after the other. Streams only read, and Stop may interleave.</remarks>
[LoadPlacement, Immovable(ImmovableKind.Any)]
internal sealed class ConversationGrain(
    IConversationStore conversations,
    ITranscriptStore transcript,
    LocalDevices devices,
    RunningTurns runningTurns,
    ITokenizer tokenizer,
    ILocalSiloDetails silo,
    TimeProvider time,
    ILogger<ConversationGrain> logger) : Grain, IConversationGrain, IUnfinishedConversation
{
    // A prompt that brings down its engine must not do so for ever.
    private const int MaxAttempts = 3;

    private TokenHistory? _history;
    private ConversationId _id;
    private Claim? _claim;
    private RunningTurn? _running;
    private IGrainTimer? _keptAwake;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = ConversationKey.Parse(this.GetPrimaryKeyString());
        _id = new ConversationId(key.Owner.Tenant, key.Owner.User, key.Conversation);
        await TakeOver();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _running?.Abandon();
        return Task.CompletedTask;
    }

    public async Task<ConversationSummary> Create(Guid operationId, string? title)
    {
        var result = await Store(() => conversations.CreateAsync(_id, operationId, title?.Trim() ?? "", "{}"));
        switch (result.Outcome)
        {
            case CreateOutcome.Created or CreateOutcome.Repeated:
                if (_claim is null) await TakeOver();
                return Views.Summary(result.Header!);
            case CreateOutcome.Conflict:
                throw new ConversationException(ConversationError.Conflict, "Another operation has created a conversation of this id; take a fresh one.");
            default:
                throw Unknown();
        }
    }

    public Task Wake() => Task.CompletedTask;

    public async Task<ConversationView> Get() => Views.Conversation(await Load());

    public async Task<TurnHandle> Send(SendRequest request)
    {
        var stored = await Load();
        return await Reply(stored, request.OperationId, request.Parent ?? Views.BeforeOperation(stored, request.OperationId), request.Text, request.Settings);
    }

    public async Task<TurnHandle> Edit(EditRequest request)
    {
        var stored = await Load();
        return await Reply(stored, request.OperationId, Message(stored, request.Message, MessageRole.User).Parent, request.Text, request.Settings);
    }

    public async Task<TurnHandle> Regenerate(RegenerateRequest request)
    {
        var stored = await Load();
        return await Reply(stored, request.OperationId, Message(stored, request.Message, MessageRole.Assistant).Parent, text: null, request.Settings);
    }

    public async Task Select(Guid message)
    {
        var leaf = Views.Leaf(await Load(), message) ?? throw NotHere(message);
        await Change(new ConversationChange(Leaf: leaf));
    }

    public async Task Configure(TurnSettings settings)
    {
        // Whatever the prompt will be: one token of it is enough to have the settings looked at.
        TurnPlan.Resolve(settings, devices.Model, promptTokens: 1).Check(devices[0], _id.Tenant, [0], seed: 0);
        await Change(new ConversationChange(Settings: JsonSerializer.Serialize(settings with { Prediction = null })));
    }

    public async IAsyncEnumerable<TokenChunk> Stream(
        Guid turn, int choice, int from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (from < 0 || choice < 0) throw new ConversationException(ConversationError.InvalidRequest, "A position and a choice are never negative.");
        if (_running is { } running && running.Turn.Id == turn && choice == 0)
        {
            await foreach (var chunk in Chunks.Follow(running.Log, _claim!.Epoch, from, time, cancellationToken)) yield return chunk;
            yield break;
        }

        var found = await Find(turn);
        if (choice >= found.Choices) throw new ConversationException(ConversationError.UnknownTurn, $"Turn {turn} has {found.Choices} choices.");
        if (found.End is not { } end) throw Moved();
        var rows = await Store(() => transcript.ReadAsync(_id, turn, choice, 0));
        int[] textEnds = found.Fingerprint == devices.Model.Fingerprint ? TextEnds.Of(rows, TurnPlan.Parse(found.Settings).CreateDetokenizer(tokenizer)) : [];
        foreach (var chunk in Chunks.Replay(rows, textEnds, Views.End(end), end.Text.Length, _claim!.Epoch, from)) yield return chunk;
    }

    public async Task Stop(Guid turn)
    {
        if (_running is { } running && running.Turn.Id == turn)
        {
            running.Stop();
            await running.Completion;
            if (running.Log.Abandoned) throw Moved();
        }
        else if ((await Find(turn)).End is null)
        {
            throw Moved();
        }
    }

    public async Task Rename(string title)
    {
        if (string.IsNullOrWhiteSpace(title) || title.Length > 200)
            throw new ConversationException(ConversationError.InvalidRequest, "A title has 1 to 200 characters.");
        await Change(new ConversationChange(Title: title.Trim()));
    }

    public async Task Delete()
    {
        // Before the record goes: a node that does not answer fails the deletion, which can be repeated.
        await ForgetEverywhere();
        if (!await Store(() => conversations.DeleteAsync(_id))) throw Unknown();
        _running?.Abandon();
        // A reply may have ended meanwhile.
        devices.Drafting.Forget(_id.Tenant, _id.Id);
        DeactivateOnIdle();
    }

    /// <summary>Takes the conversation's replies out of the n-grams of its tenant, on every node that it may have lived on.</summary>
    private async Task ForgetEverywhere()
    {
        if (!devices.Drafting.Shares(_id.Tenant)) return;
        try
        {
            var silos = await GrainFactory.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
            await Task.WhenAll(silos.Keys.Select(address => GrainFactory.GetGrain<IBatcherGrain>(new BatcherKey(address, 0).ToString()).Forget(_id.Tenant, _id.Id)));
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            throw new ConversationException(ConversationError.Unavailable, "A node that may remember the conversation does not answer; delete it again in a moment.");
        }
    }

    private async Task TakeOver()
    {
        _claim = await Store(() => conversations.ClaimAsync(_id));
        if (_claim is null) return;
        var stored = await Store(() => conversations.LoadAsync(_id));
        foreach (var turn in stored?.Turns.Where(turn => turn.End is null) ?? []) await Continue(turn);
    }

    /// <summary>Goes on with a turn that an earlier activation has left unfinished, from what is stored of it.</summary>
    private async Task Continue(StoredTurn turn)
    {
        var attempts = await Store(() => conversations.RaiseAttemptAsync(_claim!, turn.Id));
        if (attempts is null) return;
        var said = await Store(() => transcript.ReadAsync(_id, turn.Id, 0, 0));
        var error = turn.Fingerprint != devices.Model.Fingerprint ? "The server serves another model now; this reply cannot go on."
            : attempts > MaxAttempts ? $"The reply was interrupted {MaxAttempts} times and is given up."
            : null;
        if (error is null)
        {
            Run(turn, await Store(() => transcript.ReadPromptAsync(_id, turn.Id)) ?? [], said);
            return;
        }

        var end = new StoredEnd
        {
            Finish = "error",
            Error = error,
            Text = string.Concat(said.Select(row => row.Text)),
            Statistics = JsonSerializer.Serialize(said.Aggregate(new TurnStatistics(), Tally.With)),
        };
        await Store(() => transcript.AppendAsync(new TurnAppend(_claim!, turn.Id, [], end)));
    }

    /// <summary>Begins a reply to a text that follows <paramref name="parent"/>, or, without a text, to <paramref name="parent"/> itself.</summary>
    private async Task<TurnHandle> Reply(StoredConversation stored, Guid operation, Guid? parent, string? text, TurnSettings? settings)
    {
        if (text is not null && string.IsNullOrWhiteSpace(text))
            throw new ConversationException(ConversationError.InvalidRequest, "The message is empty; write something.");
        if (runningTurns.Leaving)
        {
            // This node leaves; the next activation is elsewhere.
            DeactivateOnIdle();
            throw Moved();
        }

        // One reply at a time: its n-gram index is the conversation's.
        if (stored.Turns.Any(turn => turn.End is null) && !stored.Turns.Any(turn => turn.Operation == operation))
            throw new ConversationException(ConversationError.Busy, "A reply is running; wait for its end or stop it.");

        settings ??= Views.Settings(stored.Header);
        var said = text is null ? null : new NewMessage(Guid.NewGuid(), MessageRole.User, text);
        var branch = Views.Branch(stored, parent);
        if (text is not null) branch.Add(new ChatMessage(ChatMessage.User, text));
        var prompt = new PromptBuilder(tokenizer, devices.Model).Build(settings.SystemPrompt, branch, settings.RefusesToCut);
        var seed = settings.Seed ?? TurnPlan.FreshSeed();
        var plan = TurnPlan.Resolve(settings, devices.Model, prompt.Length).Expecting(settings.Prediction, tokenizer);
        plan.Check(devices[0], _id.Tenant, prompt, seed);
        var result = await Begin(new NewTurn
        {
            Id = Guid.NewGuid(),
            Operation = operation,
            Parent = parent,
            Message = said,
            Reply = Guid.NewGuid(),
            Prompt = prompt,
            Settings = plan.ToJson(),
            Seed = seed,
            Fingerprint = devices.Model.Fingerprint,
        });
        var turn = result.Turn!;
        if (result.Outcome == BeginTurnOutcome.Begun) Run(turn, prompt, []);
        if (text is not null && stored.Header.Title.Length == 0)
            await Store(() => conversations.ChangeAsync(_id, new ConversationChange(Title: Views.TitleOf(text))));
        var answered = stored.Messages.FirstOrDefault(message => message.Id == turn.Reply)?.Parent ?? said?.Id ?? parent!.Value;
        return new TurnHandle(turn.Id, answered, turn.Reply);
    }

    private async Task<BeginTurnResult> Begin(NewTurn turn)
    {
        BeginTurnResult result;
        try
        {
            result = await Store(() => conversations.BeginTurnAsync(_claim!, turn));
        }
        catch (ConversationException)
        {
            // Nobody knows whether it began. The next activation sees, and goes on with it if it did.
            DeactivateOnIdle();
            throw;
        }

        switch (result.Outcome)
        {
            case BeginTurnOutcome.Begun or BeginTurnOutcome.Repeated:
                return result;
            case BeginTurnOutcome.Conflict:
                throw new ConversationException(ConversationError.Conflict, "This operation id stands for another message; take a fresh one.");
            case BeginTurnOutcome.UnknownParent:
                throw NotHere(turn.Parent);
            case BeginTurnOutcome.Fenced:
                DeactivateOnIdle();
                throw Moved();
            default:
                throw Unknown();
        }
    }

    private void Run(StoredTurn turn, int[] prompt, IReadOnlyList<TranscriptRow> said)
    {
        _history ??= new TokenHistory(devices.Drafting.CreateDrafter(_id.Tenant));
        _history.Read([.. prompt, .. said.SelectMany(row => row.Tokens)]);
        var device = devices.LeastLoaded();
        var batcher = new BatcherKey(silo.SiloAddress, device);
        _running = new RunningTurn(new TurnContext
        {
            Tenant = _id.Tenant,
            Model = devices.Model.Name,
            Claim = _claim!,
            Prompt = prompt,
            History = _history,
            Batcher = GrainFactory.GetGrain<IBatcherGrain>(batcher.ToString()),
            Engine = devices[device],
            Transcript = transcript,
            Tokenizer = tokenizer,
            Time = time,
            Logger = logger,
        }, turn, said);
        // Calls that go out do not count as being in use: without this, a reply that nobody watches would be collected.
        _keptAwake ??= this.RegisterGrainTimer(static _ => Task.CompletedTask, new GrainTimerCreationOptions
        {
            DueTime = TimeSpan.FromMinutes(1),
            Period = TimeSpan.FromMinutes(1),
            KeepAlive = true,
            Interleave = true,
        });
        runningTurns.Add(_running);
        WhenOver(_running).Ignore();
    }

    private async Task WhenOver(RunningTurn turn)
    {
        await turn.Completion;
        if (_running != turn) return;
        _running = null;
        _keptAwake?.Dispose();
        _keptAwake = null;
        // Whoever has the fence now goes on with the turn; this activation must not answer from what it remembers.
        if (turn.Log.Abandoned) DeactivateOnIdle();
        else Remember(turn);
    }

    private void Remember(RunningTurn turn)
    {
        devices.Drafting.Remember(_id.Tenant, _id.Id, turn.Prompt, [.. turn.Log.Rows.SelectMany(row => row.Tokens)]);
        // Beside the conversation, whose next message does not wait for it.
        Task.Run(() => devices.Drafting.Settle(_id.Tenant)).Ignore();
    }

    private async Task Change(ConversationChange change)
    {
        if (!await Store(() => conversations.ChangeAsync(_id, change))) throw Unknown();
    }

    private async Task<StoredConversation> Load() =>
        _claim is null ? throw Unknown() : await Store(() => conversations.LoadAsync(_id)) ?? throw Unknown();

    private async Task<StoredTurn> Find(Guid turn) => (await Load()).Turns.FirstOrDefault(t => t.Id == turn)
        ?? throw new ConversationException(ConversationError.UnknownTurn, $"There is no turn {turn} in this conversation.");

    private static StoredMessage Message(StoredConversation stored, Guid message, MessageRole role) =>
        stored.Messages.FirstOrDefault(m => m.Id == message && m.Role == role) ?? throw NotHere(message);

    private static ConversationException NotHere(Guid? message) =>
        new(ConversationError.InvalidRequest, $"Message {message} is not part of this conversation, or not one that this can be done with.");

    private ConversationException Unknown() => new(ConversationError.UnknownConversation, $"There is no conversation {_id.Id}.");

    private static ConversationException Moved() => new(ConversationError.Unavailable, "The conversation has moved; ask again.");

    private static async Task<T> Store<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (StorageException e)
        {
            throw new ConversationException(ConversationError.Unavailable, e.Message);
        }
    }
}
