using System.Text.Json;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Export;

/// <summary>Reads an exported conversation into one of its own: every id is drawn anew, and nothing is taken that could not have been written here. For one file.</summary>
/// <param name="id">Names the new conversation.</param>
/// <param name="now">When it is updated, so that it stands at the head of lists.</param>
/// <param name="home">What is served: the model that the file names is taken where it is, and tokens of a model that is are held to its vocabulary.</param>
internal sealed class ConversationFileReader(ConversationId id, DateTimeOffset now, ModelHome home)
{
    private const int MostChoices = 128;
    private static readonly string[] Roles = ["system", "user", "assistant", "tool"];
    private static readonly string[] Finishes = ["stop", "length", "cancelled", "error"];

    private readonly Dictionary<Guid, StoredMessage> _messages = []; // by the id in the file
    private readonly List<StoredMessage> _ordered = [];
    private readonly List<ImportedTurn> _turns = [];
    private int[] _said = []; // up to the end of the turn before
    private int _promptTokens;
    private int _line;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ConversationException">It is none, or contradicts itself; the message names the line.</exception>
    public ImportedConversation Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > ConversationFile.Largest) throw Refusal($"The file has {file.Length >> 20} MiB; it may have {ConversationFile.Largest >> 20}.");
        FileConversation? conversation = null;
        if (file.StartsWith("\uFEFF"u8)) file = file[3..];
        foreach (var range in file.Split((byte)'\n'))
        {
            _line++;
            var text = file[range].Trim(" \t\r"u8);
            if (text.IsEmpty) continue;
            var line = Parse(text);
            if (conversation is null) conversation = Begin(line);
            else if (line is { Message: { } message, Turn: null, Conversation: null }) Add(message);
            else if (line is { Turn: { } turn, Message: null, Conversation: null }) Add(turn);
            else throw At("is neither a message nor a turn");
        }

        return conversation is null ? throw Refusal("The file is empty; choose one that was exported here.") : Whole(conversation);
    }

    private FileLine Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<FileLine>(text, ConversationFile.Json) ?? throw At("says nothing");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Where: the path is ours, the text around it the person's.
            throw At(e is JsonException { Path: { Length: > 1 } path } ? $"cannot be understood at {path}" : "is no JSON object");
        }
    }

    private FileConversation Begin(FileLine line)
    {
        if (line.Format != ConversationFile.Format || line.Version is not { } version || line.Conversation is not { } conversation)
            throw Refusal("The file is no exported conversation: its first line does not say so.");
        if (version != ConversationFile.Version)
            throw Refusal($"The file is of version {version}; this server reads version {ConversationFile.Version}.");
        if (conversation.Title.Length > 200) throw At("has a title of more than 200 characters");
        Check<TurnSettings>(conversation.Settings, "settings");
        return conversation;
    }

    private void Add(FileMessage message)
    {
        StoredMessage? parent = null;
        if (message.Parent is { } before && !_messages.TryGetValue(before, out parent)) throw At("answers a message that does not stand before it");
        if (!Roles.Contains(message.Role)) throw At($"has a role that is none of {string.Join(", ", Roles)}");
        var stored = new StoredMessage
        {
            Id = Guid.NewGuid(),
            Parent = parent?.Id,
            Role = Enum.Parse<MessageRole>(message.Role, ignoreCase: true),
            Text = message.Text,
            Created = message.CreatedAt,
            Operation = Guid.NewGuid(),
        };
        if (!_messages.TryAdd(message.Id, stored)) throw At("repeats the id of another message");
        _ordered.Add(stored);
    }

    private void Add(FileTurn turn)
    {
        if (!_messages.TryGetValue(turn.Message, out var reply) || reply.Role != MessageRole.Assistant)
            throw At("is the turn of no assistant's message that stands before it");
        if (_turns.Exists(other => other.Turn.Reply == reply.Id)) throw At("is the second turn of one message");
        if (turn.Choices is < 1 or > MostChoices) throw At($"must have 1 to {MostChoices} choices");
        if (!Finishes.Contains(turn.Finish)) throw At($"has an end that is none of {string.Join(", ", Finishes)}");
        Check<TurnPlan>(turn.Settings, "settings");
        Check<TurnStatistics>(turn.Statistics, "statistics");
        var stored = new StoredTurn
        {
            Id = Guid.NewGuid(),
            Operation = reply.Operation,
            Reply = reply.Id,
            Settings = turn.Settings.GetRawText(),
            Seed = turn.Seed,
            Fingerprint = turn.Fingerprint,
            Choices = turn.Choices,
            Attempts = 1,
            Began = turn.BeganAt,
            Ended = turn.EndedAt,
            End = new StoredEnd { Finish = turn.Finish, Text = reply.Text, Error = turn.Error, Statistics = turn.Statistics.GetRawText() },
        };
        var (rows, prompt) = (Rows(turn), Prompt(turn));
        _said = ConversationFile.Said(prompt, rows);
        _turns.Add(new ImportedTurn(stored, rows, prompt));
    }

    private int[] Prompt(FileTurn turn)
    {
        if (turn.Prompt is not { } prompt) return [];
        if (prompt.Shared < 0 || prompt.Shared > _said.Length) throw At("has a prompt that shares more than the turn before has");
        if (!prompt.Tokens.All(token => Known(turn, token))) throw At("has a prompt with a token that its model does not know");
        // A few bytes of the file may stand for a prompt as long as all that stands before it.
        _promptTokens += prompt.Shared + prompt.Tokens.Length;
        if (_promptTokens > ConversationFile.MostPromptTokens) throw At($"brings the prompts to more than {ConversationFile.MostPromptTokens} tokens in all");
        return [.. _said.AsSpan(0, prompt.Shared), .. prompt.Tokens];
    }

    private bool Known(FileTurn turn, int token) => token >= 0 && (home.VocabularyOf(turn.Fingerprint) is not { } size || token < size);

    private List<TranscriptRow> Rows(FileTurn turn)
    {
        var heads = new (int Position, int Text)[turn.Choices];
        var rows = new List<TranscriptRow>();
        foreach (var step in turn.Steps)
        {
            if (step is null || step.Choice < 0 || step.Choice >= turn.Choices) throw At("has a step of a choice that it has not");
            if (step.Tokens.Length == 0 || (step.Position, step.TextOffset) != heads[step.Choice]) throw At("has a step that does not follow the one before");
            if (step.Sources.Length != step.Tokens.Length || step.Survival.Length != step.Tokens.Length) throw At("has a step with more or fewer sources or survivals than tokens");
            if (step.Sources.Any(source => source is < 0 or > byte.MaxValue) || !step.Survival.All(share => share is >= 0 and <= 1) || step.Step < 0 || step.Drafted < 0)
                throw At("has a step with a number out of range");
            if (!step.Tokens.All(token => Known(turn, token)))
                throw At("has a step with a token that its model does not know");
            heads[step.Choice] = (step.Position + step.Tokens.Length, step.TextOffset + step.Text.Length);
            rows.Add(new TranscriptRow
            {
                Choice = step.Choice,
                Position = step.Position,
                Step = step.Step,
                Tokens = step.Tokens,
                Sources = [.. step.Sources.Select(source => (byte)source)],
                Survival = step.Survival,
                Drafted = step.Drafted,
                TextOffset = step.TextOffset,
                Text = step.Text,
            });
        }

        return rows;
    }

    private ImportedConversation Whole(FileConversation conversation)
    {
        StoredMessage? selected = null;
        if (conversation.SelectedMessage is { } shown && !_messages.TryGetValue(shown, out selected))
            throw Refusal("The file selects a message that is not in it.");
        return new ImportedConversation(
            new ConversationHeader
            {
                Id = id,
                Title = conversation.Title.Trim(),
                Settings = conversation.Settings.GetRawText(),
                Created = conversation.CreatedAt,
                Updated = now,
                Leaf = selected?.Id ?? _ordered.LastOrDefault()?.Id,
                Pinned = conversation.Pinned,
                Model = home.Serves(conversation.Model) ? conversation.Model : null,
                Running = false,
            },
            _ordered, _turns);
    }

    private void Check<T>(JsonElement value, string name)
    {
        try
        {
            if (value.Deserialize<T>() is not null) return;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Told below.
        }

        throw At($"has {name} that cannot be understood");
    }

    private ConversationException At(string what) => Refusal($"Line {_line} of the file {what}.");

    private static ConversationException Refusal(string line) => new(ConversationError.InvalidRequest, line);
}
