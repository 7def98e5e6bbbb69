using System.Globalization;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Failover.Hosts;
using NGrammys.Failover.Network;
using NGrammys.HistoryChecker;

namespace NGrammys.Failover.Readers;

/// <summary>A person who asks the same question again and again, each time in a new conversation, over a connection of their own, and notes everything that comes.</summary>
internal sealed class Talker : IAsyncDisposable
{
    // Long, and never the end of it within a reply.
    private const string Schema = """
        {"type": "array", "minItems": 60, "items": {"type": "object", "required": ["step", "what"], "additionalProperties": false,
         "properties": {"step": {"type": "integer", "minimum": 0, "maximum": 999}, "what": {"type": "string", "maxLength": 24}}}}
        """;

    private readonly int _number;
    private readonly int _longestReply;
    private readonly string? _model;
    private readonly Link _link;
    private readonly ChatClient _client;
    private readonly Lock _lock = new();
    private readonly List<HistoryLine> _history = [];
    private readonly List<HeardReply> _replies = [];
    private readonly List<string> _failures = [];
    private volatile int _heard;
    private int _refusals;

    private Talker(int number, int longestReply, string? model, Link link, ChatClient client)
    {
        (_number, _longestReply, _model, _link, _client) = (number, longestReply, model, link, client);
        client.Received += (turn, frame) =>
        {
            if (frame.Kind == TurnEventKind.Tokens) Note(HistoryKind.Received, turn, frame.Position, [.. frame.Tokens]);
        };
    }

    /// <summary>Tokens heard so far: it rises while replies come.</summary>
    public int Heard => _heard;

    /// <summary>Requests that were refused for the moment; they were made again.</summary>
    public int Refusals => _refusals;

    /// <summary>The load balancer in front of the frontends.</summary>
    public Link Link => _link;

    /// <summary>What came, for the checker.</summary>
    public IReadOnlyList<HistoryLine> History => Locked(() => _history.ToArray());

    /// <summary>Replies that were begun, the last one perhaps not ended.</summary>
    public IReadOnlyList<HeardReply> Replies => Locked(() => _replies.ToArray());

    /// <summary>Turns that failed, each as a line.</summary>
    public IReadOnlyList<string> Failures => Locked(() => _failures.ToArray());

    /// <summary>Connects.</summary>
    public static async Task<Talker> ConnectAsync(LocalCluster cluster, int number, int longestReply)
    {
        var link = cluster.Balance(number);
        return new Talker(number, longestReply, cluster.ModelOf(number), link, await ChatClient.ConnectAsync(new Uri($"http://{link.Address}"), cluster.Key));
    }

    // A third each: the most probable tokens; sampled, and hot, so that a seed that is drawn again shows at once; held to a schema.
    private TurnSettings Settings => (_number % 3) switch
    {
        0 => new() { Temperature = 0, MinTokens = _longestReply / 2, MaxTokens = _longestReply },
        1 => new() { Temperature = 1.5, Seed = (ulong)_number, MinTokens = _longestReply / 2, MaxTokens = _longestReply },
        _ => new() { Temperature = 0.8, Seed = (ulong)_number, MaxTokens = _longestReply, ResponseFormat = new ResponseFormat { Type = "jsonSchema", Text = Schema } },
    };

    /// <summary>Asks until it is told to stop, and then once more to the end.</summary>
    public async Task AskAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested) await AskAsync();
    }

    /// <summary>Asks once and reads the reply to its end.</summary>
    /// <returns>Its tokens.</returns>
    public Task<int[]> AskAsync() => AskAsync($"What does method number {_number} do, and when would I use it?");

    /// <summary>Asks something and reads the reply to its end.</summary>
    public async Task<int[]> AskAsync(string question)
    {
        var conversation = await PersistAsync(() => _client.CreateConversationAsync(new CreateConversationRequest { OperationId = Guid.NewGuid(), Model = _model }));
        var request = new SendRequest { ConversationId = conversation.Id, OperationId = Guid.NewGuid(), Text = question, Settings = Settings };
        var sent = await PersistAsync(() => _client.SendAsync(request));
        var reply = new HeardReply(conversation.Id, sent.TurnId);
        Locked(() => _replies.Add(reply));
        var tokens = new List<int>();
        while (!await PersistAsync(() => ReadAsync(reply, tokens)))
        {
        }

        return [.. tokens];
    }

    /// <summary>Makes conversations in which nothing is said.</summary>
    public Task CreateAsync(int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) => await PersistAsync(() => _client.CreateConversationAsync()));

    /// <summary>Forgets what came, for the next experiment.</summary>
    public void Forget()
    {
        Locked(_history.Clear);
        Locked(_replies.Clear);
        Locked(_failures.Clear);
        _refusals = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _link.DisposeAsync();
    }

    /// <summary>Reads on; true at the end of the reply.</summary>
    private async Task<bool> ReadAsync(HeardReply reply, List<int> tokens)
    {
        await foreach (var frame in _client.ReadAsync(reply.Conversation, reply.Turn, tokens.Count))
        {
            switch (frame.Kind)
            {
                case TurnEventKind.Tokens:
                    Note(HistoryKind.Kept, reply.Turn, frame.Position, [.. frame.Tokens]);
                    tokens.AddRange(frame.Tokens);
                    reply.Hear(TimeProvider.System.GetTimestamp(), frame.Epoch);
                    _heard += frame.Tokens.Count;
                    break;
                case TurnEventKind.End:
                    reply.End();
                    Note(HistoryKind.End, reply.Turn, frame.Position, []);
                    if (frame.Finish is not (FinishReason.Stop or FinishReason.Length))
                        Locked(() => _failures.Add($"turn {reply.Turn:N} ended with {frame.Finish}: {frame.Error}"));
                    return true;
            }
        }

        return false;
    }

    /// <summary>Does what can be done again, again and again while nobody can be reached: the client itself has tried for a minute then.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> act)
    {
        while (true)
        {
            try
            {
                return await act();
            }
            catch (ChatException e) when (e.Code == RefusalCode.Unavailable)
            {
                Interlocked.Increment(ref _refusals);
            }
        }
    }

    private void Note(HistoryKind kind, Guid turn, int position, int[] ids) =>
        Locked(() => _history.Add(new HistoryLine(kind, turn.ToString("N"), ids, position, _number.ToString(CultureInfo.InvariantCulture))));

    private void Locked(Action act)
    {
        lock (_lock) act();
    }

    private T Locked<T>(Func<T> act)
    {
        lock (_lock) return act();
    }
}
