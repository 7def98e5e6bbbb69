using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Batching;

/// <summary>Between an engine's contracts and the messages that carry them through a cluster.</summary>
internal static class SequenceMessages
{
    public static SequenceRequest ToRequest(this SequenceStart start) => new()
    {
        Id = start.Sequence,
        Tenant = start.Tenant,
        Conversation = start.Conversation,
        Ids = start.Ids,
        Position = start.Position,
        Choice = start.Choice,
        Sampling = start.Sampling.ToParameters(),
        MaxTokens = start.MaxTokens,
        MinTokens = start.MinTokens,
        StopTokens = start.StopTokens,
        StopStrings = start.StopStrings,
        TopLogProbabilities = start.TopLogProbabilities,
        Constraint = start.Constraint?.ToSpecification(),
        ExpectsDrafts = start.ExpectsDrafts,
        TellsLikely = start.TellsLikely,
        Background = start.Background,
        Trace = start.Trace,
    };

    /// <exception cref="EngineException">There is no such kind.</exception>
    public static ConstraintSpecification ToSpecification(this ReplyConstraint constraint) => new(constraint.Kind switch
    {
        "json" => ConstraintKind.Json,
        "jsonSchema" => ConstraintKind.JsonSchema,
        "regex" => ConstraintKind.Regex,
        "toolCalls" => ConstraintKind.ToolCalls,
        var kind => throw new EngineException(EngineError.InvalidRequest, $"There is no constraint of the kind '{kind}'; use json, jsonSchema or regex."),
    }, constraint.Text);

    public static SequenceSampling ToMessage(this SamplingParameters sampling) => new()
    {
        Temperature = sampling.Temperature,
        TopK = sampling.TopK,
        TopP = sampling.TopP,
        MinP = sampling.MinP,
        TypicalP = sampling.TypicalP,
        RepetitionPenalty = sampling.RepetitionPenalty,
        PresencePenalty = sampling.PresencePenalty,
        FrequencyPenalty = sampling.FrequencyPenalty,
        LogitBias = Array.ConvertAll(sampling.LogitBias, bias => new LogitBias(bias.Token, bias.Bias)),
        Seed = sampling.Seed,
    };

    public static TokenLikelihood ToLikelihood(TokenLogProbability token) => new()
    {
        Token = token.Token,
        LogProbability = token.LogProbability,
        TopTokens = Array.ConvertAll(token.Top, top => top.Token),
        TopLogProbabilities = Array.ConvertAll(token.Top, top => top.LogProbability),
    };

    private static SamplingParameters ToParameters(this SequenceSampling sampling) => new()
    {
        Temperature = sampling.Temperature,
        TopK = sampling.TopK,
        TopP = sampling.TopP,
        MinP = sampling.MinP,
        TypicalP = sampling.TypicalP,
        RepetitionPenalty = sampling.RepetitionPenalty,
        PresencePenalty = sampling.PresencePenalty,
        FrequencyPenalty = sampling.FrequencyPenalty,
        LogitBias = Array.ConvertAll(sampling.LogitBias, bias => new TokenBias(bias.Token, bias.Bias)),
        Seed = sampling.Seed,
    };
}
