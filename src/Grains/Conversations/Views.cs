using System.Text.Json;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;
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
        Pinned = header.Pinned,
        Model = header.Model,
    };

    public static ModelDescription Model(ModelInfo model) => new()
    {
        Name = model.Name,
        Device = model.Device,
        DataType = model.DataType,
        ContextLength = model.ContextLength,
        Defaults = TurnPlan.Defaults(model),
        Fingerprint = model.Fingerprint,
        VocabularySize = model.VocabularySize,
    };

    public static ConversationView Conversation(StoredConversation stored)
    {
        var turns = stored.Turns.ToDictionary(turn => turn.Reply);
        return new ConversationView
        {
            Summary = Summary(stored.Header),
            SelectedMessage = stored.Header.Leaf,
            RunningTurn = stored.Turns.FirstOrDefault(turn => turn.End is null)?.Id,
            Settings = Settings(stored.Header),
            Messages = [.. stored.Messages.Select(message => Message(message, turns.GetValueOrDefault(message.Id)))],
        };
    }

    public static TurnSettings Settings(ConversationHeader header) => JsonSerializer.Deserialize<TurnSettings>(header.Settings) ?? new TurnSettings();

    public static TurnEnd End(StoredEnd end) => new()
    {
        Finish = end.Finish,
        Error = end.Error,
        Statistics = JsonSerializer.Deserialize<TurnStatistics>(end.Statistics) ?? new TurnStatistics(),
    };

    /// <summary>Messages from the first to <paramref name="leaf"/>, as a model reads them.</summary>
    public static List<ChatMessage> Branch(StoredConversation stored, Guid? leaf)
    {
        var byId = stored.Messages.ToDictionary(message => message.Id);
        var branch = new List<ChatMessage>();
        for (var id = leaf; id is { } known && byId.TryGetValue(known, out var message); id = message.Parent)
            branch.Add(new ChatMessage(Role(message), message.Text));
        branch.Reverse();
        return branch;
    }

    /// <summary>The last turn of the branch that ends with a message; null before the first.</summary>
    public static StoredTurn? TurnBefore(StoredConversation stored, Guid? leaf)
    {
        var byId = stored.Messages.ToDictionary(message => message.Id);
        while (leaf is { } id && byId.TryGetValue(id, out var message) && message.Role != MessageRole.Assistant) leaf = message.Parent;
        return stored.Turns.FirstOrDefault(turn => turn.Reply == leaf);
    }

    /// <summary>The end of the branch through a message: from each message on to the latest that follows it. Null if there is no such message.</summary>
    public static Guid? Leaf(StoredConversation stored, Guid through)
    {
        if (stored.Messages.All(message => message.Id != through)) return null;
        var leaf = through;
        while (stored.Messages.LastOrDefault(message => message.Parent == leaf) is { } next) leaf = next.Id;
        return leaf;
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
        Role = Role(message),
        Text = message.Text,
        CreatedAt = message.Created,
        Turn = turn?.Id,
        End = turn?.End is { } end ? End(end) : null,
    };

    private static string Role(StoredMessage message) => message.Role == MessageRole.Assistant ? ChatMessage.Assistant : ChatMessage.User;
}
