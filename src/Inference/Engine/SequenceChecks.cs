using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Engine;

/// <summary>What an engine refuses before it touches anything.</summary>
internal static class SequenceChecks
{
    private const int MaxStopStrings = 64;
    private const int MaxStopLength = 1024;

    public static void Validate(SequenceRequest request, ModelInfo model, bool hasTokenizer)
    {
        if (request.Ids.Length == 0) throw Invalid("The prompt is empty; send at least one token.");
        if (Array.Find(request.Ids, id => (uint)id >= (uint)model.VocabularySize) is var id && (uint)id >= (uint)model.VocabularySize)
            throw Invalid($"Token {id} lies outside the vocabulary of {model.VocabularySize}.");
        if (request.Ids.Length >= model.ContextLength)
        {
            throw new EngineException(EngineError.ContextLength,
                $"The prompt has {request.Ids.Length} tokens; the model's context of {model.ContextLength} has no room for a reply. Shorten it.");
        }

        if (request.MaxTokens <= request.Position) throw Invalid($"At most {request.MaxTokens} tokens are allowed and {request.Position} are there; nothing is left to say.");
        if (request.Position < 0 || request.Choice < 0) throw Invalid("Position and choice must not be negative.");
        if (request.MinTokens < 0 || request.MinTokens > request.MaxTokens) throw Invalid($"Min tokens of {request.MinTokens} is out of range; take 0 to {request.MaxTokens}, the most tokens.");
        if (request.RunAhead < 1) throw Invalid($"A run-ahead of {request.RunAhead} tokens is out of range; take at least 1.");
        if (request.TopLogProbabilities is < 0 or > SequenceRequest.MaxTopLogProbabilities)
            throw Invalid($"Top log probabilities of {request.TopLogProbabilities} is out of range; take 0 to {SequenceRequest.MaxTopLogProbabilities}.");
        if (Array.Exists(request.StopTokens, token => (uint)token >= (uint)model.VocabularySize)) throw Invalid($"A stop token lies outside the vocabulary of {model.VocabularySize}.");
        if (Array.Exists(request.Forced, token => (uint)token >= (uint)model.VocabularySize)) throw Invalid($"A forced token lies outside the vocabulary of {model.VocabularySize}.");
        if (Array.Exists(request.StopStrings, string.IsNullOrEmpty)) throw Invalid("A stop string is empty; leave it out.");
        if (request.StopStrings.Length > MaxStopStrings || Array.Exists(request.StopStrings, stop => stop.Length > MaxStopLength))
            throw Invalid($"At most {MaxStopStrings} stop strings of {MaxStopLength} characters are taken.");
        if (request.StopStrings.Length > 0 && !hasTokenizer) throw Invalid("This engine has no tokenizer, so it knows no stop strings; use stop tokens.");
        if (SamplingChecks.Refuse(request.Sampling, model.VocabularySize) is { } refusal) throw Invalid(refusal);
    }

    /// <summary>Checks a draft tree, cuts it to what a step can hold, and makes survival fall along every path, as the auction needs it.</summary>
    public static DraftNode[] Normalise(DraftNode[] draft, ModelInfo model)
    {
        if (draft.Length == 0) return draft;
        var nodes = draft.AsSpan(0, Math.Min(draft.Length, Sequence.MaxDraftNodes)).ToArray();
        for (var i = 0; i < nodes.Length; i++)
        {
            ref var node = ref nodes[i];
            if ((uint)node.Token >= (uint)model.VocabularySize) throw Invalid($"Draft token {node.Token} lies outside the vocabulary of {model.VocabularySize}.");
            if (node.Parent < -1 || node.Parent >= i) throw Invalid($"Draft node {i} names parent {node.Parent}; parents stand before their children, the root is -1.");
            if (node.Source == 0) throw Invalid($"Draft node {i} names source 0, which is the model itself.");
            var bound = node.Parent < 0 ? 1 : nodes[node.Parent].Survival;
            node = node with { Survival = float.IsNaN(node.Survival) ? 0 : Math.Clamp(node.Survival, 0, bound) };
        }

        return nodes;
    }

    private static EngineException Invalid(string message) => new(EngineError.InvalidRequest, message);
}
