using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NGrammys.Grains.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Export;

/// <summary>A conversation as a file: JSON Lines in UTF-8, complete but for a reply that is still being written.</summary>
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

    /// <summary>Token ids of all prompts together; those of the oldest turns are left out before there are more.</summary>
    public const int MostPromptTokens = 16 * 1024 * 1024;

    /// <summary>Writes a conversation.</summary>
    public static async Task<byte[]> WriteAsync(ConversationRecord record)
    {
        var stored = await record.LoadAsync();
        var ended = stored.Turns.Where(turn => turn.End is not null).ToList();
        var prompts = await PromptsAsync(record, ended);
        var running = stored.Turns.Where(turn => turn.End is null).Select(turn => turn.Reply).ToHashSet();
        using var file = new MemoryStream();
        Add(new FileLine { Format = Format, Version = Version, Conversation = Of(stored, running) });
        foreach (var message in stored.Messages.Where(message => !running.Contains(message.Id))) Add(new FileLine { Message = Of(message) });
        int[] before = [];
        foreach (var turn in ended)
        {
            var rows = await record.RowsAsync(turn);
            var prompt = prompts.GetValueOrDefault(turn.Id, []);
            var shared = prompt.AsSpan().CommonPrefixLength(before);
            Add(new FileLine { Turn = Of(turn, turn.End!, rows, new FilePrompt { Shared = shared, Tokens = prompt[shared..] }) });
            before = Said(prompt, rows);
        }

        return file.ToArray();

        void Add(FileLine line)
        {
            JsonSerializer.Serialize(file, line, Json);
            file.WriteByte((byte)'\n');
        }
    }

    /// <summary>A prompt and the reply to it, in the tokens of its choice 0.</summary>
    public static int[] Said(int[] prompt, IEnumerable<TranscriptRow> rows) =>
        [.. prompt, .. rows.Where(row => row.Choice == 0).SelectMany(row => row.Tokens)];

    /// <summary>What turns answer, from the latest one back as far as there is room.</summary>
    private static async Task<Dictionary<Guid, int[]>> PromptsAsync(ConversationRecord record, IReadOnlyList<StoredTurn> turns)
    {
        var (prompts, room) = (new Dictionary<Guid, int[]>(), MostPromptTokens);
        foreach (var turn in turns.Reverse())
        {
            var prompt = await record.PromptAsync(turn.Id);
            if ((room -= prompt.Length) < 0) break;
            prompts[turn.Id] = prompt;
        }

        return prompts;
    }

    private static FileConversation Of(StoredConversation stored, HashSet<Guid> running) => new()
    {
        Title = stored.Header.Title,
        Settings = JsonElement.Parse(stored.Header.Settings),
        CreatedAt = stored.Header.Created,
        Pinned = stored.Header.Pinned,
        Model = stored.Header.Model,
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

    // To whom a reply was charged is nobody's business elsewhere.
    private static JsonElement SettingsOf(StoredTurn turn)
    {
        var settings = JsonNode.Parse(turn.Settings)!.AsObject();
        settings.Remove(nameof(TurnPlan.ChargedTo));
        return JsonSerializer.SerializeToElement(settings);
    }

    private static FileTurn Of(StoredTurn turn, StoredEnd end, IReadOnlyList<TranscriptRow> rows, FilePrompt prompt) => new()
    {
        Message = turn.Reply,
        Settings = SettingsOf(turn),
        Seed = turn.Seed,
        Fingerprint = turn.Fingerprint,
        Prompt = prompt,
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
