using System.Security.Cryptography;
using System.Text.Json;
using NGrammys.Drafting;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Conversations;

/// <summary>What a turn was asked to do, resolved once: defaults of the day it began, so that a continuation does not ask again.</summary>
internal sealed record TurnPlan
{
    // Long enough for an answer with code; a reply that needs more can be asked to go on.
    private const int DefaultMaxTokens = 1024;

    public required double Temperature { get; init; }

    public required int TopK { get; init; }

    public required double TopP { get; init; }

    public required int MaxTokens { get; init; }

    public required int MaxDraftNodes { get; init; }

    public required int[] StopTokens { get; init; }

    /// <summary>Settles what the settings leave open.</summary>
    /// <exception cref="ConversationException">A setting is out of range.</exception>
    public static TurnPlan Resolve(TurnSettings settings, ModelInfo model, int promptTokens)
    {
        var sampling = model.DefaultSampling;
        if (settings.Temperature is { } t and not (>= 0 and <= 2)) throw OutOfRange("temperature", t, "0 to 2");
        if (settings.TopK is { } k and < 0) throw OutOfRange("topK", k, "0 (all tokens) or more");
        if (settings.TopP is { } p and not (> 0 and <= 1)) throw OutOfRange("topP", p, "more than 0, at most 1");
        if (settings.MaxTokens is { } m and < 1) throw OutOfRange("maxTokens", m, "1 or more");
        if (settings.MaxDraftNodes is { } n and < 0) throw OutOfRange("maxDraftNodes", n, "0 (off) or more");
        return new TurnPlan
        {
            Temperature = settings.Temperature ?? sampling.Temperature,
            TopK = settings.TopK ?? sampling.TopK,
            TopP = settings.TopP ?? sampling.TopP,
            MaxTokens = Math.Min(settings.MaxTokens ?? DefaultMaxTokens, model.ContextLength - promptTokens),
            MaxDraftNodes = settings.MaxDraftNodes ?? DraftBudget.DefaultMaxNodes,
            StopTokens = model.StopTokens,
        };
    }

    /// <summary>What settings that are left open are settled to.</summary>
    public static TurnSettings Defaults(ModelInfo model) => new()
    {
        Temperature = model.DefaultSampling.Temperature,
        TopK = model.DefaultSampling.TopK,
        TopP = model.DefaultSampling.TopP,
        MaxTokens = Math.Min(DefaultMaxTokens, model.ContextLength),
        MaxDraftNodes = DraftBudget.DefaultMaxNodes,
    };

    public static ulong FreshSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    public static TurnPlan Parse(string json) =>
        JsonSerializer.Deserialize<TurnPlan>(json) ?? throw new InvalidOperationException("A turn record has no settings.");

    public string ToJson() => JsonSerializer.Serialize(this);

    private static ConversationException OutOfRange(string name, double value, string range) =>
        new(ConversationError.InvalidRequest, $"{name} is {value}; it must be {range}.");
}
