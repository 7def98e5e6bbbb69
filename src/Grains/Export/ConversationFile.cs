using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NGrammys.Storage;

namespace NGrammys.Grains.Export;

/// <summary>A conversation as a file: JSON Lines in UTF-8, complete but for prompts, which messages and settings tell, and a reply that is still being written.</summary>
internal static class ConversationFile
{
    public const string Format = "ngrammys.conversation";
    public const int Version = 1;

    /// <summary>Bytes; larger ones are not read.</summary>
    public const int Largest = 32 * 1024 * 1024;

    /// <summary>How its lines are written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is a file, no page; people read it
    };

    /// <summary>Writes a conversation.</summary>
    /// <param name="stored">The conversation.</param>
    /// <param name="rows">Per turn that has ended, the rows of all its choices.</param>
    public static byte[] Write(StoredConversation stored, IReadOnlyDictionary<Guid, IReadOnlyList<TranscriptRow>> rows)
    {
        var running = stored.Turns.Where(turn => turn.End is null).Select(turn => turn.Reply).ToHashSet();
        using var file = new MemoryStream();
        Add(new FileLine { Format = Format, Version = Version, Conversation = Of(stored, running) });
        foreach (var message in stored.Messages.Where(message => !running.Contains(message.Id))) Add(new FileLine { Message = Of(message) });
        foreach (var turn in stored.Turns)
        {
            if (turn.End is { } end) Add(new FileLine { Turn = Of(turn, end, rows[turn.Id]) });
        }

        return file.ToArray();

        void Add(FileLine line)
        {
            JsonSerializer.Serialize(file, line, Json);
            file.WriteByte((byte)'\n');
        }
    }

    private static FileConversation Of(StoredConversation stored, HashSet<Guid> running) => new()
    {
        Title = stored.Header.Title,
        Settings = JsonElement.Parse(stored.Header.Settings),
        CreatedAt = stored.Header.Created,
        Pinned = stored.Header.Pinned,
        SelectedMessage = stored.Header.Leaf is { } leaf && running.Contains(leaf)
            ? stored.Messages.First(message => message.Id == leaf).Parent
            : stored.Header.Leaf,
    };

    private static FileMessage Of(StoredMessage message) => new()
    {
        Id = message.Id,
        Parent = message.Parent,
        Role = message.Role.ToString().ToLowerInvariant(),
        Text = message.Text,
        CreatedAt = message.Created,
    };

    private static FileTurn Of(StoredTurn turn, StoredEnd end, IReadOnlyList<TranscriptRow> rows) => new()
    {
        Message = turn.Reply,
        Settings = JsonElement.Parse(turn.Settings),
        Seed = turn.Seed,
        Fingerprint = turn.Fingerprint,
        Choices = turn.Choices,
        BeganAt = turn.Began,
        EndedAt = turn.Ended!.Value,
        Finish = end.Finish,
        Error = end.Error,
        Statistics = JsonElement.Parse(end.Statistics),
        Steps = [.. rows.Select(row => new FileStep
        {
            Choice = row.Choice,
            Position = row.Position,
            Step = row.Step,
            Tokens = row.Tokens,
            Sources = [.. row.Sources.Select(source => (int)source)],
            Survival = row.Survival,
            Drafted = row.Drafted,
            TextOffset = row.TextOffset,
            Text = row.Text,
        })],
    };
}
