using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.Grains.Placement;
using NGrammys.Grains.Quotas;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;
using Orleans.Placement;

namespace NGrammys.Grains.Completions;

/// <summary>One request that is not kept: its replies are made as those of a conversation are, over a transcript that forgets.</summary>
[LoadPlacement, Immovable(ImmovableKind.Any)]
internal sealed class CompletionGrain(
    LocalDevices devices, TurnRecords records, TurnRunner runner, TurnQuota quota, SiloLoads loads, ITokenizer tokenizer, TimeProvider time) : Grain, ICompletionGrain
{
    // Readers pull at least every 300 ms, with every keep-alive; who has not for so long has gone without a word.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ForgetfulTranscript Nowhere = new();

    private RunningTurn[] _choices = [];
    private IGrainTimer? _watch;
    private long _lastRead;
    private string? _chargedTo;

    private ConversationKey Key => ConversationKey.Parse(this.GetPrimaryKeyString());

    public async Task<CompletionHandle> Begin(CompletionRequest request)
    {
        if (_choices.Length > 0) throw new ConversationException(ConversationError.Conflict, "This request runs already; take a fresh id.");
        try
        {
            return await BeginAsync(request);
        }
        catch
        {
            // Nobody calls it again: a crowd that is refused must not stay.
            DeactivateOnIdle();
            throw;
        }
    }

    public async IAsyncEnumerable<TokenChunk> Stream(
        int choice, int from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (choice < 0 || choice >= _choices.Length)
            throw new ConversationException(ConversationError.UnknownTurn, "The request is not known any more: the process that answered it is gone. Send it again.");
        await foreach (var chunk in Chunks.Follow(_choices[choice].Log, epoch: 1, from, time, cancellationToken))
        {
            _lastRead = time.GetTimestamp();
            yield return chunk;
        }
    }

    public Task<string[]> Spell(int[] tokens) => Task.FromResult(Array.ConvertAll(tokens, token =>
    {
        // Some tokenizers drop the space in front of a text: behind its own like a token shows it.
        var alone = tokenizer.Decode([token], skipSpecial: false);
        var twice = tokenizer.Decode([token, token], skipSpecial: false);
        return twice.Length > alone.Length ? twice[alone.Length..] : alone;
    }));

    public async Task Forget()
    {
        foreach (var choice in _choices) choice.Stop();
        await Task.WhenAll(_choices.Select(choice => choice.Completion));
        // Where the process that has made it is gone, nothing is known of it but that it runs no more.
        await quota.LeaveAsync(_chargedTo ?? CallQuota.Current?.Key, Key.Conversation, Cost());
        _watch?.Dispose();
        DeactivateOnIdle();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var choice in _choices) choice.Abandon();
        return Task.CompletedTask;
    }

    private async Task<CompletionHandle> BeginAsync(CompletionRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Choices, 1);
        if (CallModel.Current is { } model && model != devices.Model.Name) throw loads.Serves(model) ? Refused.Moved() : Refused.NotServed(model);

        var prompt = new CompletionPrompts(tokenizer, devices.Model).Encode(request.Prompt);
        var seed = request.Settings.Seed ?? TurnPlan.FreshSeed();
        var plan = records.Plan(request.Settings, Key.Owner.Tenant, prompt, seed, Guid.NewGuid(), TurnKind.Request);
        using var place = runner.Reserve(devices.Next(), Key.Owner.Tenant, plan, prompt);
        _chargedTo = await quota.EnterAsync(Key.Conversation);
        int? device = null;
        var choices = new RunningTurn[request.Choices];
        for (var choice = 0; choice < choices.Length; choice++)
        {
            device = devices.Enter(device);
            choices[choice] = Run(choice, plan, prompt, seed, device.Value);
        }

        _choices = choices;
        _lastRead = time.GetTimestamp();
        _watch = Awake.Keep(this, Patience, WatchReaders);
        return new CompletionHandle
        {
            PromptTokens = prompt.Length,
            Fingerprint = devices.Model.Fingerprint,
            StopTokens = plan.StopTokens,
            PromptText = request.Prompt.Ids is null ? null : tokenizer.Decode(prompt, skipSpecial: false),
        };
    }

    // The prompt of alternatives is computed once.
    private int Cost() => _choices.Length == 0 ? 0 : _choices[0].Prompt.Length + _choices.Sum(choice => choice.Log.Statistics.Tokens);

    private Task WatchReaders() => time.GetElapsedTime(_lastRead) < Patience ? Task.CompletedTask : Forget();

    private RunningTurn Run(int choice, TurnPlan plan, int[] prompt, ulong seed, int device)
    {
        var key = Key;
        // Alternatives part ways at once, so each has a drafter that reads only what it says itself.
        var history = new TokenHistory(devices.Drafting.CreateDrafter(key.Owner.Tenant));
        history.Read(prompt);
        var claim = new Claim(key.Id(), Epoch: 1, Guid.NewGuid());
        return runner.Run(new StoredTurn
        {
            Id = Guid.NewGuid(),
            Operation = key.Conversation,
            Reply = Guid.NewGuid(),
            Settings = plan.ToJson(),
            Seed = seed,
            Fingerprint = devices.Model.Fingerprint,
            Choices = 1,
            Attempts = 1,
            Began = time.GetUtcNow(),
        }, claim, Nowhere, prompt, [], history, device, choice);
    }
}
