using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Tests;

/// <summary>A reply that a test writes word by word, while the grain of its turn is read.</summary>
internal sealed class Reply
{
    private static readonly ConcurrentDictionary<Guid, Reply> Turns = new();
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMilliseconds(300);

    private readonly Lock _lock = new();
    private readonly List<string> _words = [];
    private string? _finish;
    private TaskCompletionSource _changed = New();

    public static Reply Of(Guid turn) => Turns.GetOrAdd(turn, _ => new Reply());

    public static bool Exists(Guid turn) => Turns.ContainsKey(turn);

    public string? Finish { get { lock (_lock) return _finish; } }

    public string Text { get { lock (_lock) return string.Concat(_words); } }

    public void Say(params IEnumerable<string> words) => Change(() => _words.AddRange(words));

    public void End(string finish) => Change(() => _finish ??= finish);

    /// <summary>Each word is one token, whose id is its position.</summary>
    public async IAsyncEnumerable<TokenChunk> Read(int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = from; ;)
        {
            Task changed;
            TokenChunk? chunk = null;
            lock (_lock)
            {
                changed = _changed.Task;
                if (next < _words.Count)
                    chunk = Chunk(next++);
                else if (_finish is not null)
                    chunk = new TokenChunk { Kind = ChunkKind.End, Epoch = 1, Position = next, End = Ending(_finish) };
            }
            if (chunk is not null)
                yield return chunk;
            else if (await Task.WhenAny(changed, Task.Delay(KeepAlive, cancellationToken)) != changed)
                yield return new TokenChunk { Kind = ChunkKind.KeepAlive, Epoch = 1, Position = next };
            if (chunk?.Kind == ChunkKind.End)
                yield break;
        }
    }

    private TokenChunk Chunk(int position) => new()
    {
        Kind = ChunkKind.Tokens,
        Epoch = 1,
        Position = position,
        TextOffset = _words.Take(position).Sum(word => word.Length),
        Text = _words[position],
        Tokens = [position],
        Sources = [1],
        Survival = [0.5f],
        Statistics = new TurnStatistics { Tokens = position + 1 },
    };

    private TurnEnd Ending(string finish) => new()
    {
        Finish = finish,
        Error = finish == "error" ? "The engine has failed." : null,
        Statistics = new TurnStatistics { Tokens = _words.Count, Steps = 2, Drafted = 9, Accepted = 7, Seconds = 1.5, TimeToFirstToken = 0.1, PromptTokens = 3, LeftOut = 2 },
    };

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            (changed, _changed) = (_changed, New());
        }
        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
