using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Tests.Simulation;

/// <summary>Faults by the dice of a seed, at every seam between grains, store, engine, relay and client; and eyes on what must hold at each of them.</summary>
internal sealed class Weather
{
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly GrainCluster _cluster;
    private readonly TimeProvider _time;
    private readonly Dictionary<ConversationId, Claim> _claims = [];
    private readonly Dictionary<Guid, int> _stored = [];
    private readonly List<string> _breaches = [];
    private readonly Bug _bug;
    private int _faults;

    public Weather(GrainCluster cluster, TimeProvider time, int seed, Bug bug)
    {
        (_cluster, _time, _random, _bug) = (cluster, time, new Random(seed), bug);
        cluster.Store.OnClaimed = claim => Locked(() => _claims[claim.Conversation] = claim);
        cluster.Store.AroundAppend = AppendAsync;
        cluster.Store.OnLoad = stored => bug != Bug.SeedDrawnAgain ? stored
            : stored with { Turns = [.. stored.Turns.Select(turn => turn with { Seed = turn.Seed + (ulong)turn.Attempts })] };
        cluster.Engine.OnVerify = _ =>
        {
            if (Strikes(0.02)) throw new EngineException(EngineError.UnknownSequence, "The engine has forgotten the sequence.");
        };
    }

    /// <summary>Faults so far.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>What was seen that must never be.</summary>
    public IReadOnlyList<string> Breaches => Locked(() => _breaches.ToArray());

    /// <summary>Whether a fault of this probability happens now.</summary>
    public bool Strikes(double probability)
    {
        if (Draw() >= probability) return false;
        Interlocked.Increment(ref _faults);
        return true;
    }

    /// <summary>A number in [0, 1).</summary>
    public double Draw() => Locked(_random.NextDouble);

    /// <summary>Takes a conversation away from its activation: half the time in good order, half the time behind its back.</summary>
    public async Task TakeAwayAsync(Chat chat)
    {
        Interlocked.Increment(ref _faults);
        if (Draw() < 0.5) await chat.DeactivateAsync();
        else await _cluster.Store.ClaimAsync(chat.Id);
    }

    /// <summary>The stream of a reply as it arrives through a network that cuts, stalls and repeats.</summary>
    public async IAsyncEnumerable<T> Cut<T>(
        IAsyncEnumerable<T> stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in stream.WithCancellation(cancellationToken))
        {
            if (Strikes(0.01)) throw new IOException("The connection was cut.");
            if (Strikes(0.002)) await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
            yield return item;
            if (Strikes(0.01)) yield return item;
        }
    }

    /// <summary>Looks at what a grain shows.</summary>
    public void See(Guid turn, TokenChunk chunk) => Locked(() =>
    {
        if (chunk.Kind == ChunkKind.Tokens && chunk.Position + chunk.Tokens.Length > _stored.GetValueOrDefault(turn))
            _breaches.Add($"Token {chunk.Position + chunk.Tokens.Length - 1} of turn {turn} was shown before it was stored.");
    });

    private async Task<AppendResult> AppendAsync(TurnAppend append, Func<TurnAppend, Task<AppendResult>> store)
    {
        if (Strikes(0.02)) throw new StorageException(StorageError.Unavailable, "The store is away.");
        if (_bug == Bug.PublishBeforeCommit && Draw() < 0.5)
        {
            // The answer comes at once, the write when it likes; what the fence refuses then is nobody's concern any more.
            _ = StoreLaterAsync();
            return new AppendResult(AppendOutcome.Appended);
        }

        var last = Locked(() => _claims[append.Claim.Conversation]);
        var result = await store(_bug == Bug.NoFence ? append with { Claim = last } : append);
        if (result.Outcome == AppendOutcome.Appended) Note(append);
        if (append.Claim.Epoch < last.Epoch && result.Outcome == AppendOutcome.Appended)
            Locked(() => _breaches.Add($"An activation of epoch {append.Claim.Epoch} wrote although epoch {last.Epoch} had claimed the conversation."));
        if (Strikes(0.02)) throw new StorageException(StorageError.Unavailable, "The answer was lost.");
        return result;

        async Task StoreLaterAsync()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time);
            if ((await store(append)).Outcome == AppendOutcome.Appended) Note(append);
        }
    }

    private void Note(TurnAppend append) => Locked(() =>
    {
        if (append.Rows.Count > 0) _stored[append.Turn] = Math.Max(_stored.GetValueOrDefault(append.Turn), append.Rows[^1].Next);
    });

    private void Locked(Action act)
    {
        lock (_lock) act();
    }

    private T Locked<T>(Func<T> act)
    {
        lock (_lock) return act();
    }
}
