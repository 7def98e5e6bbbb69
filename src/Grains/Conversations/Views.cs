using System.Text.Json;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>What is stored, as clients see it.</summary>
internal static class Views
{
    private const int LongestTitle = 60;

    public static ConversationSummary Summary(ConversationHeader header) => new()
    {
        Id = header.Id.Id,
        Title = header.Title,
        CreatedAt = header.Created,
        UpdatedAt = header.Updated,
        Running = header.Running,
    };

    public static ConversationView Conversation(StoredConversation stored)
    {
        var turns = stored.Turns.ToDictionary(turn => turn.Reply);
        return new ConversationView
        {
            Summary = Summary(stored.Header),
            SelectedMessage = stored.Header.Leaf,
            RunningTurn = stored.Turns.FirstOrDefault(turn => turn.End is null)?.Id,
            Messages = [.. stored.Messages.Select(message => Message(message, turns.GetValueOrDefault(message.Id)))],
        };
    }

    public static TurnEnd End(StoredEnd end) => new()
    {
        Finish = end.Finish,
        Error = end.Error,
        Statistics = JsonSerializer.Deserialize<TurnStatistics>(end.Statistics) ?? new TurnStatistics(),
    };

    /// <summary>Messages from the first to <paramref name="leaf"/>.</summary>
    public static List<StoredMessage> Branch(StoredConversation stored, Guid? leaf)
    {
        var byId = stored.Messages.ToDictionary(message => message.Id);
        var branch = new List<StoredMessage>();
        for (var id = leaf; id is { } known && byId.TryGetValue(known, out var message); id = message.Parent) branch.Add(message);
        branch.Reverse();
        return branch;
    }

    /// <summary>The leaf that a message without a parent of its own answers; for a repeated operation the one it answered the first time.</summary>
    public static Guid? BeforeOperation(StoredConversation stored, Guid operation) =>
        stored.Messages.FirstOrDefault(message => message.Operation == operation) is { } first ? first.Parent : stored.Header.Leaf;

    /// <summary>A title from the first message: its first line, cut at a word.</summary>
    public static string TitleOf(string text)
    {
        var line = text.Trim().Split('\n')[0].Trim();
        if (line.Length <= LongestTitle) return line;
        var cut = line.LastIndexOf(' ', LongestTitle);
        return line[..(cut > 0 ? cut : LongestTitle)] + "…";
    }

    private static MessageView Message(StoredMessage message, StoredTurn? turn) => new()
    {
        Id = message.Id,
        Parent = message.Parent,
        Role = message.Role == MessageRole.Assistant ? "assistant" : "user",
        Text = message.Text,
        CreatedAt = message.Created,
        Turn = turn?.Id,
        End = turn?.End is { } end ? End(end) : null,
    };
}
