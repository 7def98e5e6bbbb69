using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>What an engine refuses before it touches anything.</summary>
internal static class SequenceChecks
{
    public static void Validate(SequenceRequest request, ModelInfo model)
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
        var sampling = request.Sampling;
        if (!(sampling.Temperature is >= 0 and <= 100)) throw Invalid($"A temperature of {sampling.Temperature} is out of range; take 0 to 100.");
        if (sampling.TopK < 0) throw Invalid($"A top-k of {sampling.TopK} is out of range; take 0 for all tokens, or more.");
        if (!(sampling.TopP is > 0 and <= 1)) throw Invalid($"A top-p of {sampling.TopP} is out of range; take more than 0, at most 1.");
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
