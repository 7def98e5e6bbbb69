using NGrammys.Client.Protocol;
using Batching = NGrammys.Grains.Interfaces.Batching;
using Grain = NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Hubs;

/// <summary>Between what grains say to each other and what clients are told: two contracts with two lifetimes.</summary>
internal static class Wire
{
    public static ConversationSummary ToSummary(Grain.ConversationSummary summary) => new()
    {
        Id = summary.Id,
        Title = summary.Title,
        CreatedAt = summary.CreatedAt,
        UpdatedAt = summary.UpdatedAt,
        Running = summary.Running,
        Pinned = summary.Pinned,
        Model = summary.Model,
    };

    public static ServedModel ToModel(Grain.ModelDescription model) => new()
    {
        Name = model.Name,
        Device = model.Device,
        DataType = model.DataType,
        ContextLength = model.ContextLength,
        Defaults = ToSettings(model.Defaults),
    };

    public static FoundPage ToFound(Grain.FoundConversations found) => new()
    {
        Items = [.. found.Items.Select(item => new Found
        {
            Conversation = ToSummary(item.Conversation),
            MessageId = item.Message,
            Snippet = item.Snippet,
            Marks = [.. item.Marks.Select(mark => new Mark { Start = mark.Start, Length = mark.Length })],
        })],
        Next = found.Next,
    };

    public static Conversation ToConversation(Grain.ConversationView view) => new()
    {
        Id = view.Summary.Id,
        Title = view.Summary.Title,
        Pinned = view.Summary.Pinned,
        Model = view.Summary.Model,
        CreatedAt = view.Summary.CreatedAt,
        UpdatedAt = view.Summary.UpdatedAt,
        Messages = [.. view.Messages.Select(ToMessage)],
        SelectedMessageId = view.SelectedMessage,
        RunningTurnId = view.RunningTurn,
        Settings = ToSettings(view.Settings),
    };

    public static SentMessage ToSent(Grain.TurnHandle turn) => new()
    {
        TurnId = turn.Turn,
        UserMessageId = turn.UserMessage,
        AssistantMessageId = turn.AssistantMessage,
    };

    public static TurnEvent ToEvent(Grain.TokenChunk chunk) => new()
    {
        Kind = chunk.Kind switch
        {
            Grain.ChunkKind.Tokens => TurnEventKind.Tokens,
            Grain.ChunkKind.Rewind => TurnEventKind.Rewind,
            Grain.ChunkKind.End => TurnEventKind.End,
            _ => TurnEventKind.KeepAlive,
        },
        Epoch = chunk.Epoch,
        Position = chunk.Position,
        TextOffset = chunk.TextOffset,
        Text = chunk.Text,
        Tokens = chunk.Tokens,
        Sources = [.. chunk.Sources.Select(source => (int)source)],
        Survival = chunk.Survival,
        Steps = chunk.Steps,
        TextEnds = chunk.TextEnds,
        Finish = chunk.End?.Finish,
        Error = chunk.End?.Error,
        Statistics = ToStatistics(chunk.End?.Statistics ?? chunk.Statistics),
        LogProbabilities = [.. chunk.LogProbabilities.Select(ToLogProbability)],
        WaitsFor = chunk.StoreAway ? WaitReason.Storage : chunk.Ahead is null ? null : WaitReason.Queue,
        Ahead = chunk.Ahead,
    };

    public static Grain.SendRequest ToGrain(SendRequest request) => new()
    {
        OperationId = request.OperationId,
        Parent = request.ParentMessageId,
        Text = request.Text,
        Settings = request.Settings is { } settings ? ToGrain(settings) : null,
    };

    public static Grain.EditRequest ToGrain(EditRequest request) => new()
    {
        OperationId = request.OperationId,
        Message = request.MessageId,
        Text = request.Text,
        Settings = request.Settings is { } settings ? ToGrain(settings) : null,
    };

    public static Grain.RegenerateRequest ToGrain(RegenerateRequest request) => new()
    {
        OperationId = request.OperationId,
        Message = request.MessageId,
        Settings = request.Settings is { } settings ? ToGrain(settings) : null,
    };

    private static TokenLogProbability ToLogProbability(Batching.TokenLikelihood likelihood) => new()
    {
        Token = likelihood.Token,
        LogProbability = likelihood.LogProbability,
        TopTokens = likelihood.TopTokens,
        TopLogProbabilities = likelihood.TopLogProbabilities,
    };

    public static Grain.TurnSettings ToGrain(TurnSettings settings) => new()
    {
        Temperature = settings.Temperature,
        TopK = settings.TopK,
        TopP = settings.TopP,
        Seed = settings.Seed,
        MaxTokens = settings.MaxTokens,
        SystemPrompt = settings.SystemPrompt,
        MinP = settings.MinP,
        TypicalP = settings.TypicalP,
        RepetitionPenalty = settings.RepetitionPenalty,
        PresencePenalty = settings.PresencePenalty,
        FrequencyPenalty = settings.FrequencyPenalty,
        LogitBias = [.. (settings.LogitBias ?? []).Select(bias => new Batching.LogitBias(bias.Token, bias.Bias))],
        MinTokens = settings.MinTokens,
        Stop = [.. settings.Stop ?? []],
        StopTokens = [.. settings.StopTokens ?? []],
        IgnoreEndOfSequence = settings.IgnoreEos ?? false,
        TopLogProbabilities = settings.TopLogProbabilities,
        Constraint = settings.ResponseFormat is { } format ? new Batching.ReplyConstraint(format.Type, format.Text) : null,
        MaxDraftNodes = settings.Speculation switch
        {
            null => null,
            { Mode: "off" } => 0,
            { Mode: "auto" } speculation => speculation.MaxNodes,
            { Mode: var mode } => throw new Client.ChatException(RefusalCode.InvalidRequest, $"speculation.mode is '{mode}'; it can be auto or off."),
        },
    };

    public static TurnSettings ToSettings(Grain.TurnSettings settings) => new()
    {
        Temperature = settings.Temperature,
        TopK = settings.TopK,
        TopP = settings.TopP,
        Seed = settings.Seed,
        MaxTokens = settings.MaxTokens,
        SystemPrompt = settings.SystemPrompt,
        MinP = settings.MinP,
        TypicalP = settings.TypicalP,
        RepetitionPenalty = settings.RepetitionPenalty,
        PresencePenalty = settings.PresencePenalty,
        FrequencyPenalty = settings.FrequencyPenalty,
        LogitBias = OrNull(settings.LogitBias.Select(bias => new LogitBias { Token = bias.Token, Bias = bias.Bias })),
        MinTokens = settings.MinTokens,
        Stop = OrNull(settings.Stop),
        StopTokens = OrNull(settings.StopTokens),
        IgnoreEos = settings.IgnoreEndOfSequence ? true : null,
        TopLogProbabilities = settings.TopLogProbabilities,
        ResponseFormat = settings.Constraint is { } constraint ? new ResponseFormat { Type = constraint.Kind, Text = constraint.Text } : null,
        Speculation = settings.MaxDraftNodes switch
        {
            null => null,
            0 => new SpeculationSettings { Mode = "off" },
            { } nodes => new SpeculationSettings { MaxNodes = nodes },
        },
    };

    // What is left open is not told.
    private static T[]? OrNull<T>(IEnumerable<T> items) => items.ToArray() is { Length: > 0 } some ? some : null;

    private static Message ToMessage(Grain.MessageView message) => new()
    {
        Id = message.Id,
        ParentId = message.Parent,
        Role = message.Role,
        Text = message.Text,
        CreatedAt = message.CreatedAt,
        TurnId = message.Turn,
        Finish = message.End?.Finish,
        Error = message.End?.Error,
        Statistics = ToStatistics(message.End?.Statistics),
    };

    public static TurnStatistics? ToStatistics(Grain.TurnStatistics? statistics) => statistics is null ? null : new()
    {
        PromptTokens = statistics.PromptTokens,
        CachedTokens = statistics.CachedTokens,
        LeftOut = statistics.LeftOut,
        Tokens = statistics.Tokens,
        Steps = statistics.Steps,
        Drafted = statistics.Drafted,
        Accepted = statistics.Accepted,
        Seconds = statistics.Seconds,
        TimeToFirstToken = statistics.TimeToFirstToken,
    };
}
