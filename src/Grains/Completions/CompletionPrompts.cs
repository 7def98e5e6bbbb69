using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Completions;

/// <summary>Turns what a caller has sent into the ids that the model reads.</summary>
internal sealed class CompletionPrompts(ITokenizer tokenizer, ModelInfo model)
{
    /// <summary>Ids of a prompt, with room for at least one token behind them.</summary>
    /// <exception cref="ConversationException">It does not fit, is empty, or the template refuses it.</exception>
    public int[] Encode(CompletionPrompt prompt)
    {
        int[] ids;
        try
        {
            ids = prompt.Ids ?? (prompt.Text is { } text ? tokenizer.Encode(text, addSpecial: true, parseSpecial: false) : Render(prompt));
        }
        catch (NGrammysException e)
        {
            throw new ConversationException(ConversationError.InvalidRequest, e.Message);
        }

        if (ids.Length == 0) throw new ConversationException(ConversationError.InvalidRequest, "The prompt is empty; write something.");
        if (Array.FindIndex(ids, id => id < 0 || id >= model.VocabularySize) is var wrong and >= 0)
            throw new ConversationException(ConversationError.InvalidRequest, $"There is no token {ids[wrong]}; ids lie in [0, {model.VocabularySize}).");
        if (ids.Length >= model.ContextLength)
        {
            throw new ConversationException(ConversationError.PromptTooLong,
                $"This model's maximum context length is {model.ContextLength} tokens, and the prompt alone has {ids.Length}. Shorten it.");
        }

        return ids;
    }

    private int[] Render(CompletionPrompt prompt)
    {
        var variables = Variables(prompt, prompt.Tools);
        var ids = tokenizer.EncodeRendered(variables);
        // A template that does not know tools leaves them out without a word; the model would never hear of them.
        if (prompt.Tools is not null && ids.AsSpan().SequenceEqual(tokenizer.EncodeRendered(Variables(prompt, tools: null))))
            throw new ConversationException(ConversationError.ToolsUnsupported, "This model's chat template knows no tools; send the request without them.");
        return ids;
    }

    private static JsonObject Variables(CompletionPrompt prompt, string? tools)
    {
        var variables = prompt.Variables is null ? [] : JsonNode.Parse(prompt.Variables)!.AsObject();
        variables["messages"] = JsonNode.Parse(prompt.Messages ?? "[]");
        variables["tools"] = tools is null ? null : JsonNode.Parse(tools);
        variables["documents"] = null;
        variables["add_generation_prompt"] = true;
        return variables;
    }
}
