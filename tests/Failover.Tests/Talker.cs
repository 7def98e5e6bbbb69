using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.HistoryChecker;

namespace NGrammys.Failover.Tests;

/// <summary>A person who asks the same question again and again, each time in a new conversation, and notes everything that comes.</summary>
internal sealed class Talker(ChatClient client, int number)
{
    private const int LongestReply = 120;

    private readonly List<HistoryLine> _history = [];
    private volatile int _heard;
    private long _epoch;

    /// <summary>Tokens heard so far: it rises while replies come.</summary>
    public int Heard => _heard;

    /// <summary>Replies read to their end.</summary>
    public int Replies { get; private set; }

    /// <summary>Replies that another silo has gone on with.</summary>
    public int Continued { get; private set; }

    /// <summary>What came, for the checker.</summary>
    public IReadOnlyList<HistoryLine> History => _history;

    /// <summary>Conversations and turns that were read.</summary>
    public List<(Guid Conversation, Guid Turn)> Turns { get; } = [];

    // Every other one samples, and hot, so that a seed that is drawn again shows at once.
    private TurnSettings Settings => new()
    {
        Temperature = number % 2 == 0 ? 0 : 1.5,
        Seed = (ulong)number + 1,
        MaxTokens = LongestReply,
    };

    /// <summary>Asks once and reads the reply to its end.</summary>
    /// <returns>Its tokens.</returns>
    public async Task<int[]> AskAsync()
    {
        var conversation = await client.CreateConversationAsync();
        var sent = await client.SendAsync(conversation.Id, $"What does method number {number} do, and when would I use it?", Settings);
        Turns.Add((conversation.Id, sent.TurnId));
        var (turn, tokens, first) = (sent.TurnId.ToString("N"), new List<int>(), 0L);
        void Receive(Guid of, TurnEvent frame)
        {
            if (of == sent.TurnId && frame.Kind == TurnEventKind.Tokens) Note(HistoryKind.Received, frame.Position, [.. frame.Tokens]);
        }

        client.Received += Receive;
        try
        {
            await foreach (var frame in client.ReadAsync(conversation.Id, sent.TurnId))
            {
                switch (frame.Kind)
                {
                    case TurnEventKind.Tokens:
                        Note(HistoryKind.Kept, frame.Position, [.. frame.Tokens]);
                        tokens.AddRange(frame.Tokens);
                        if (first == 0) first = frame.Epoch;
                        _epoch = frame.Epoch;
                        _heard += frame.Tokens.Count;
                        break;
                    case TurnEventKind.End:
                        Assert.True(frame.Finish is FinishReason.Stop or FinishReason.Length, $"Turn {turn} ended with {frame.Finish}: {frame.Error}");
                        Note(HistoryKind.End, frame.Position, []);
                        break;
                }
            }
        }
        finally
        {
            client.Received -= Receive;
        }

        Replies++;
        if (_epoch > first) Continued++;
        return [.. tokens];

        void Note(HistoryKind kind, int position, int[] ids)
        {
            lock (_history) _history.Add(new HistoryLine(kind, turn, ids, position, number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Asks until it is told to stop, and then once more to the end.</summary>
    public async Task AskAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested) await AskAsync();
    }
}
