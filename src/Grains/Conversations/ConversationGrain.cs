using System.Runtime.CompilerServices;
using System.Text.Json;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Export;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Placement;
using NGrammys.Grains.Quotas;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;
using Orleans.Placement;

namespace NGrammys.Grains.Conversations;

/// <summary>One conversation. It claims its record when it wakes, which fences off whoever owned it before, and takes up what was left unfinished.</summary>
/// <remarks>Not reentrant: changes come one after the other. Streams only read, and Stop may interleave.</remarks>
[LoadPlacement, Immovable(ImmovableKind.Any)]
internal sealed class ConversationGrain : Grain, IConversationGrain, ISweptConversation
{
    private readonly ITranscriptStore _transcript;
    private readonly LocalDevices _devices;
    private readonly RunningTurns _runningTurns;
    private readonly TurnRecords _records;
    private readonly TurnRunner _runner;
    private readonly TurnQuota _quota;
    private readonly TimeProvider _time;
    private readonly ConversationRecord _record;
    private readonly StoredReplies _replies;
    private readonly ModelHome _home;
    private readonly TenantMemory _memory;
    private readonly IConversationList _list;
    private TokenHistory? _history;
    private RunningTurn? _running;
    private IGrainTimer? _keptAwake;
    private int? _device; // of the last reply

    public ConversationGrain(
        IConversationStore conversations,
        ITranscriptStore transcript,
        LocalDevices devices,
        RunningTurns runningTurns,
        TurnRecords records,
        TurnRunner runner,
        TurnQuota quota,
        SiloLoads loads,
        ITokenizer tokenizer,
        TimeProvider time)
    {
        (_transcript, _devices, _runningTurns, _records, _runner, _quota, _time) = (transcript, devices, runningTurns, records, runner, quota, time);
        var key = ConversationKey.Parse(this.GetPrimaryKeyString());
        var id = key.Id();
        _record = new ConversationRecord(conversations, transcript, id);
        _replies = new StoredReplies(_record, devices, tokenizer);
        _home = new ModelHome(_record, devices, loads);
        _memory = new TenantMemory(devices, GrainFactory, id);
        _list = GrainFactory.GetGrain<IConversationList>(key.Owner.ToString());
    }

    private ConversationId Id => _record.Id;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!_runningTurns.CutOff) return TakeOver();
        // It cannot be read here. Were waking to fail, whoever remembers this silo would ask here again and again.
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _running?.Abandon();
        return Task.CompletedTask;
    }

    public async Task<ConversationSummary> Create(Guid operationId, string? title) =>
        await Opened(await _record.CreateAsync(operationId, title?.Trim() ?? "", _home.Checked(CallModel.Current)));

    public async Task<ConversationSummary> Import(Guid operationId, byte[] file) =>
        await Opened(await _record.ImportAsync(operationId, new ConversationFileReader(Id, _time.GetUtcNow(), _home).Read(file)));

    public Task<byte[]> Export() => ConversationFile.WriteAsync(_record);

    public Task Wake()
    {
        // A node that serves its model has come back.
        if (_home.IsElsewhere) this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    public async Task Expire(DateTimeOffset before)
    {
        if (await _record.HeaderAsync() is { Running: false } header && header.Updated < before) await Delete();
    }

    public async Task<ConversationView> Get() => Views.Conversation(await _record.LoadAsync());

    public async Task<TurnHandle> Send(SendRequest request)
    {
        var stored = await _record.LoadAsync();
        return await Reply(stored, request.OperationId, request.Parent ?? Views.BeforeOperation(stored, request.OperationId), request.Text, request.Settings);
    }

    public async Task<TurnHandle> Edit(EditRequest request)
    {
        var stored = await _record.LoadAsync();
        return await Reply(stored, request.OperationId, Message(stored, request.Message, MessageRole.User).Parent, request.Text, request.Settings);
    }

    public async Task<TurnHandle> Regenerate(RegenerateRequest request)
    {
        var stored = await _record.LoadAsync();
        return await Reply(stored, request.OperationId, Message(stored, request.Message, MessageRole.Assistant).Parent, text: null, request.Settings);
    }

    public async Task Select(Guid message)
    {
        var leaf = Views.Leaf(await _record.LoadAsync(), message) ?? throw Refused.NotHere(message);
        await _record.ChangeAsync(new ConversationChange(Leaf: leaf));
    }

    public async Task Configure(TurnSettings settings)
    {
        if (!_home.IsHere) throw Away();
        // Whatever the prompt will be: one token of it is enough to have the settings looked at.
        TurnPlan.Resolve(settings, _devices.Model, promptTokens: 1).Check(_devices[0], Id.Tenant, [0], seed: 0);
        await _record.ChangeAsync(new ConversationChange(Settings: JsonSerializer.Serialize(settings with { Prediction = null })));
    }

    public async Task UseModel(string model)
    {
        var header = await _record.HeaderAsync() ?? throw Refused.Unknown(Id.Id);
        if (header.Model == model) return;
        if (header.Running) throw Refused.Busy();
        await _record.ChangeAsync(new ConversationChange(Model: _home.Checked(model)));
        Announce();
        if (_home.IsElsewhere) this.MigrateOnIdle();
    }

    public async IAsyncEnumerable<TokenChunk> Stream(
        Guid turn, int choice, int from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (from < 0 || choice < 0) throw new ConversationException(ConversationError.InvalidRequest, "A position and a choice are never negative.");
        if (_running is { } running && running.Turn.Id == turn && choice == 0)
        {
            await foreach (var chunk in Chunks.Follow(running.Log, _record.Claim!.Epoch, from, _time, cancellationToken)) yield return chunk;
            yield break;
        }

        var found = await _record.FindAsync(turn);
        if (choice >= found.Choices) throw new ConversationException(ConversationError.UnknownTurn, $"Turn {turn} has {found.Choices} choices.");
        if (found.End is null) throw Away();
        foreach (var chunk in await _replies.ReadAsync(found, choice, from)) yield return chunk;
    }

    public async Task Stop(Guid turn)
    {
        if (_running is { } running && running.Turn.Id == turn)
        {
            running.Stop();
            await running.Completion;
            if (running.Log.Abandoned) throw Refused.Moved();
        }
        else if (await _record.FindAsync(turn) is { End: null } unfinished)
        {
            if (Away() is { Error: not ConversationError.ModelUnavailable } moved) throw moved;
            // Nobody writes it, and nobody can.
            await GiveUp(unfinished, new UnfinishedTurn(unfinished, await _record.RowsAsync(turn)).Stopped());
        }
    }

    public async Task Rename(string title)
    {
        if (string.IsNullOrWhiteSpace(title) || title.Length > 200)
            throw new ConversationException(ConversationError.InvalidRequest, "A title has 1 to 200 characters.");
        await _record.ChangeAsync(new ConversationChange(Title: title.Trim()));
        Announce();
    }

    public async Task Pin(bool pinned)
    {
        await _record.ChangeAsync(new ConversationChange(Pinned: pinned));
        Announce();
    }

    public async Task Delete()
    {
        // Before the record goes: a node that does not answer fails the deletion, which can be repeated.
        await _memory.ForgetEverywhere();
        await _record.DeleteAsync();
        _running?.Abandon();
        // A reply may have ended meanwhile.
        _memory.Forget();
        Announce();
        DeactivateOnIdle();
    }

    private async Task<ConversationSummary> Opened(CreateResult result)
    {
        switch (result.Outcome)
        {
            case CreateOutcome.Created or CreateOutcome.Repeated:
                if (_record.Claim is null) await TakeOver();
                if (_home.IsElsewhere) this.MigrateOnIdle();
                Announce();
                return Views.Summary(result.Header!);
            case CreateOutcome.Conflict:
                throw new ConversationException(ConversationError.Conflict, "Another operation has created a conversation of this id; take a fresh one.");
            default:
                throw Refused.Unknown(Id.Id);
        }
    }

    private async Task TakeOver()
    {
        await _record.ClaimAsync();
        if (_record.Claim is null) return;
        foreach (var turn in (await _record.LoadAsync()).Turns.Where(turn => turn.End is null))
        {
            await _home.FollowAsync(turn);
            // Where its model is not served, it waits for a node that does.
            if (_home.IsHere) await Continue(turn);
        }
    }

    /// <summary>Goes on with a turn that an earlier activation has left unfinished, from what is stored of it.</summary>
    private async Task Continue(StoredTurn turn)
    {
        if (_runningTurns.Leaving)
        {
            // Not an attempt: it would be let go of at once.
            DeactivateOnIdle();
            return;
        }

        if (await _record.RaiseAttemptAsync(turn.Id) is not { } attempts) return;
        var unfinished = new UnfinishedTurn(turn, await _record.RowsAsync(turn.Id));
        if (unfinished.Obstacle(attempts, _devices.Model) is not { } obstacle) Run(turn, await _record.PromptAsync(turn.Id), unfinished.Said);
        else await GiveUp(turn, unfinished.GivenUp(obstacle));
    }

    private async Task GiveUp(StoredTurn turn, StoredEnd end)
    {
        await _record.EndAsync(turn.Id, end);
        Charge(turn, Views.End(end).Statistics);
    }

    /// <summary>Begins a reply to a text that follows <paramref name="parent"/>, or, without a text, to <paramref name="parent"/> itself.</summary>
    private async Task<TurnHandle> Reply(StoredConversation stored, Guid operation, Guid? parent, string? text, TurnSettings? settings)
    {
        if (text is not null && string.IsNullOrWhiteSpace(text))
            throw new ConversationException(ConversationError.InvalidRequest, "The message is empty; write something.");
        if (_runningTurns.Leaving)
        {
            // This node leaves; the next activation is elsewhere.
            DeactivateOnIdle();
            throw Refused.Moved();
        }

        if (!_home.IsHere) throw Away();
        // One reply at a time: its n-gram index is the conversation's.
        var repeated = stored.Turns.Any(turn => turn.Operation == operation);
        if (!repeated && stored.Turns.Any(turn => turn.End is null)) throw Refused.Busy();

        var asked = _records.Make(stored, operation, parent, text, settings, await Said(stored, parent));
        var plan = TurnPlan.Parse(asked.Settings);
        using var place = repeated ? null : _runner.Reserve(_devices.Next(_device), Id.Tenant, plan, asked.Prompt);
        if (!repeated && await _quota.EnterAsync(operation) is { } key) asked = asked with { Settings = (plan with { ChargedTo = key }).ToJson() };
        var result = await Begin(asked);
        var turn = result.Turn!;
        if (result.Outcome == BeginTurnOutcome.Begun) Run(turn, asked.Prompt, []);
        if (text is not null && stored.Header.Title.Length == 0) await _record.ChangeAsync(new ConversationChange(Title: Views.TitleOf(text)));
        Announce();
        var answered = stored.Messages.FirstOrDefault(message => message.Id == turn.Reply)?.Parent ?? asked.Message?.Id ?? parent!.Value;
        return new TurnHandle(turn.Id, answered, turn.Reply);
    }

    /// <summary>Ids that the conversation has been said in last, as far as they are this model's: what it has read, or what is stored.</summary>
    private async Task<int[]> Said(StoredConversation stored, Guid? parent)
    {
        if (_history is not null) return [.. _history.Ids];
        return Views.TurnBefore(stored, parent) is { } before && before.Fingerprint == _devices.Model.Fingerprint ? await _record.IdsAsync(before.Id) : [];
    }

    private async Task<BeginTurnResult> Begin(NewTurn turn)
    {
        try
        {
            return await _record.BeginAsync(turn);
        }
        catch (ConversationException e) when (e.Error == ConversationError.Unavailable)
        {
            // Nobody knows whether it began, or another owns it. The next activation sees, and goes on with it if it did.
            DeactivateOnIdle();
            throw;
        }
    }

    private void Run(StoredTurn turn, int[] prompt, IReadOnlyList<TranscriptRow> said)
    {
        _history ??= new TokenHistory(_devices.Drafting.CreateDrafter(Id.Tenant));
        _history.Read([.. prompt, .. said.SelectMany(row => row.Tokens)], TurnPlan.Parse(turn.Settings).LeftOut);
        _device = _devices.Enter(_device);
        _running = _runner.Run(turn, _record.Claim!, _transcript, prompt, said, _history, _device.Value);
        // Calls that go out do not count as being in use: without this, a reply that nobody watches would be collected.
        _keptAwake ??= Awake.Keep(this, TimeSpan.FromMinutes(1), () => Task.CompletedTask);
        _runningTurns.Add(_running);
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
        if (turn.Log.Abandoned)
        {
            DeactivateOnIdle();
            return;
        }

        Charge(turn.Turn, turn.Log.Statistics);
        _memory.Remember(turn);
        Announce();
    }

    /// <summary>Why a reply is not to be had here; where another silo can make it, the conversation moves there.</summary>
    private ConversationException Away()
    {
        if (_home.IsElsewhere) this.MigrateOnIdle();
        return _home.Refusal;
    }

    // Nothing waits for it: a reply whose silo is lost between its end and this is not charged.
    private void Charge(StoredTurn turn, TurnStatistics statistics) =>
        _quota.LeaveAsync(TurnPlan.Parse(turn.Settings).ChargedTo, turn.Operation, statistics.PromptTokens + statistics.Tokens).Ignore();

    /// <summary>Tells the list that this conversation has changed. Nothing waits for it: a list that misses it is read again.</summary>
    private void Announce() => _list.Note(Id.Id).Ignore();

    private static StoredMessage Message(StoredConversation stored, Guid message, MessageRole role) =>
        stored.Messages.FirstOrDefault(m => m.Id == message && m.Role == role) ?? throw Refused.NotHere(message);
}
