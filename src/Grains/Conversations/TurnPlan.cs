using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NGrammys.Drafting;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Conversations;

/// <summary>What a turn was asked to do, resolved once: defaults of the day it began, so that a continuation does not ask again.</summary>
internal sealed record TurnPlan
{
    // Long enough for an answer with code; a reply that needs more can be asked to go on.
    private const int DefaultMaxTokens = 1024;

    /// <summary>All but the seed, which the turn's record holds.</summary>
    public required SamplingParameters Sampling { get; init; }

    public required int MaxTokens { get; init; }

    public required int MinTokens { get; init; }

    public required int MaxDraftNodes { get; init; }

    /// <summary>Longest guess in tokens; null = as long as the drafter likes.</summary>
    public int? MaxDraftDepth { get; init; }

    public required int[] StopTokens { get; init; }

    public required string[] StopStrings { get; init; }

    public required int? TopLogProbabilities { get; init; }

    /// <summary>Ids of the expected text; empty for none.</summary>
    public int[] Prediction { get; init; } = [];

    public required ReplyConstraint? Constraint { get; init; }

    /// <summary>Messages at the beginning of the branch that the prompt leaves out, because they do not fit any more.</summary>
    public int LeftOut { get; init; }

    /// <summary>What the turn counts as in a pilot (<see cref="Observability.Pilot"/>); null = its caller has said how much to draft, so that it tells nothing of the others.</summary>
    public TurnKind? Kind { get; init; }

    /// <summary>Whether nobody waits for the reply.</summary>
    public bool Background { get; init; }

    /// <summary>Hash of the API key that the reply is charged to; null = to none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ChargedTo { get; init; }

    /// <summary>Settles what the settings leave open.</summary>
    /// <exception cref="ConversationException">A setting is out of a person's range. What no model could do the engine refuses: see <see cref="Start"/>.</exception>
    public static TurnPlan Resolve(TurnSettings settings, ModelInfo model, int promptTokens)
    {
        var sampling = model.DefaultSampling;
        if (settings.Temperature is { } t and not (>= 0 and <= 2)) throw OutOfRange("temperature", t, "0 to 2");
        if (settings.MaxTokens is { } m and < 1) throw OutOfRange("maxTokens", m, "1 or more");
        if (settings.MaxDraftNodes is { } n and < 0) throw OutOfRange("maxDraftNodes", n, "0 (off) or more");
        if (settings.MaxDraftDepth is { } d and < 1) throw OutOfRange("maxDraftDepth", d, "1 or more");
        return new TurnPlan
        {
            Sampling = sampling with
            {
                Temperature = settings.Temperature ?? sampling.Temperature,
                TopK = settings.TopK ?? sampling.TopK,
                TopP = settings.TopP ?? sampling.TopP,
                MinP = settings.MinP ?? sampling.MinP,
                TypicalP = settings.TypicalP ?? sampling.TypicalP,
                RepetitionPenalty = settings.RepetitionPenalty ?? sampling.RepetitionPenalty,
                PresencePenalty = settings.PresencePenalty ?? sampling.PresencePenalty,
                FrequencyPenalty = settings.FrequencyPenalty ?? sampling.FrequencyPenalty,
                LogitBias = Array.ConvertAll(settings.LogitBias, bias => new TokenBias(bias.Token, bias.Bias)),
            },
            MaxTokens = Math.Min(settings.MaxTokens ?? DefaultMaxTokens, model.ContextLength - promptTokens),
            MinTokens = settings.MinTokens ?? 0,
            MaxDraftNodes = settings.MaxDraftNodes ?? DraftBudget.DefaultMaxNodes,
            MaxDraftDepth = settings.MaxDraftDepth,
            StopTokens = settings.IgnoreEndOfSequence ? settings.StopTokens : [.. model.StopTokens.Union(settings.StopTokens)],
            StopStrings = settings.Stop,
            TopLogProbabilities = settings.TopLogProbabilities,
            Constraint = settings.Constraint,
            Background = settings.Background,
        };
    }

    /// <summary>What settings that are left open are settled to.</summary>
    public static TurnSettings Defaults(ModelInfo model) => new()
    {
        Temperature = model.DefaultSampling.Temperature,
        TopK = model.DefaultSampling.TopK,
        TopP = model.DefaultSampling.TopP,
        MinP = model.DefaultSampling.MinP,
        TypicalP = model.DefaultSampling.TypicalP,
        RepetitionPenalty = model.DefaultSampling.RepetitionPenalty,
        MaxTokens = Math.Min(DefaultMaxTokens, model.ContextLength),
        MaxDraftNodes = DraftBudget.DefaultMaxNodes,
    };

    /// <summary>The sequence that an engine is to generate, from wherever the reply has got to.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="ids">Prompt, and what the reply has said already.</param>
    /// <param name="position">How many of the ids the reply has said.</param>
    /// <param name="seed">Key of the noise.</param>
    /// <param name="choice">Index of the reply among its alternatives.</param>
    public SequenceStart Start(string tenant, int[] ids, int position, ulong seed, int choice = 0) => new()
    {
        Sequence = Guid.NewGuid(),
        Tenant = tenant,
        Ids = ids,
        Position = position,
        Choice = choice,
        Sampling = (Sampling with { Seed = seed }).ToMessage(),
        MaxTokens = MaxTokens,
        MinTokens = MinTokens,
        StopTokens = StopTokens,
        StopStrings = StopStrings,
        TopLogProbabilities = TopLogProbabilities,
        Constraint = Constraint,
        ExpectsDrafts = MaxDraftNodes > 0,
        Background = Background,
        TellsLikely = MaxDraftNodes > 0,
    };

    /// <summary>Bounds of a draft.</summary>
    /// <param name="nodePrice">What a node must be worth to the engine.</param>
    public DraftBudget Budget(double nodePrice)
    {
        var budget = new DraftBudget(MaxDraftNodes, MinSurvival: (float)nodePrice);
        return MaxDraftDepth is { } depth ? budget with { MaxDepth = depth } : budget;
    }

    /// <summary>Asks an engine whether it could do this.</summary>
    /// <exception cref="ConversationException">It could not.</exception>
    public void Check(IInferenceEngine engine, string tenant, int[] prompt, ulong seed)
    {
        try
        {
            engine.Check(Start(tenant, prompt, position: 0, seed).ToRequest());
        }
        catch (EngineException e)
        {
            throw new ConversationException(e.Error == EngineError.ContextLength ? ConversationError.PromptTooLong : ConversationError.InvalidRequest, e.Message);
        }
    }

    /// <summary>Turns the reply's tokens into its text, which ends before a stop string.</summary>
    public StoppingDetokenizer CreateDetokenizer(ITokenizer tokenizer) => new(tokenizer.CreateDetokenizer(), StopStrings);

    /// <summary>With the text that the caller expects; what cannot be reached by the longest reply is left out.</summary>
    public TurnPlan Expecting(string? text, ITokenizer tokenizer)
    {
        if (string.IsNullOrEmpty(text)) return this;
        var ids = tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
        return this with { Prediction = ids[..Math.Min(ids.Length, MaxTokens)] };
    }

    /// <summary>The plan with its part in a pilot: of turns whose settings leave open how much to draft, a share is decoded plainly.</summary>
    /// <param name="controlShare">The share; see <see cref="PilotOptions"/>.</param>
    /// <param name="settings">What the turn was asked to do.</param>
    /// <param name="turn">Id of the turn, random: it decides, so that every attempt at the turn is alike.</param>
    /// <param name="kind">What kind of turn it is, but for its constraint.</param>
    public TurnPlan In(double controlShare, TurnSettings settings, Guid turn, TurnKind kind)
    {
        if (settings.MaxDraftNodes is not null) return this;
        var drawn = BinaryPrimitives.ReadUInt32LittleEndian(turn.ToByteArray().AsSpan(12)) / (double)(1L << 32);
        return this with
        {
            Kind = Constraint is null ? kind : TurnKind.Structured,
            MaxDraftNodes = drawn < controlShare ? 0 : MaxDraftNodes,
        };
    }

    public static ulong FreshSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    public static TurnPlan Parse(string json) =>
        JsonSerializer.Deserialize<TurnPlan>(json) ?? throw new InvalidOperationException("A turn record has no settings.");

    public string ToJson() => JsonSerializer.Serialize(this);

    private static ConversationException OutOfRange(string name, double value, string range) =>
        new(ConversationError.InvalidRequest, $"{name} is {value}; it must be {range}.");
}
