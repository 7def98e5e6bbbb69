using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Conversations;

/// <summary>Makes a prompt of a branch. What does not fit the context any more leaves it, whole oldest exchanges first, never the instructions.</summary>
internal sealed class PromptBuilder(ITokenizer tokenizer, ModelInfo model)
{
    /// <summary>Ids of the rendered branch, with at least a quarter of the context left for the reply.</summary>
    /// <param name="instructions">System prompt, or null.</param>
    /// <param name="branch">Messages from the first to the one to be answered.</param>
    /// <param name="refusesToCut">Nothing leaves it: what leaves no room for a reply is refused.</param>
    /// <exception cref="ConversationException">The last message alone does not fit, or the template refuses the messages.</exception>
    public int[] Build(string? instructions, IReadOnlyList<ChatMessage> branch, bool refusesToCut = false)
    {
        var room = model.ContextLength * 3 / 4;
        var whole = Encode(instructions, branch);
        if (whole.Length <= (refusesToCut ? model.ContextLength - 1 : room)) return whole;
        if (refusesToCut)
        {
            throw new ConversationException(ConversationError.PromptTooLong,
                $"This model's maximum context length is {model.ContextLength} tokens, and the conversation has {whole.Length}. Shorten it, or let it be cut.");
        }

        // The first exchange that may stay: rendering is dear, and what fits still fits with less before it.
        var starts = Enumerable.Range(1, branch.Count - 1).Where(i => branch[i].Role == ChatMessage.User).ToArray();
        int[]? fitting = null;
        for (var (low, high) = (0, starts.Length); low < high;)
        {
            var middle = (low + high) / 2;
            var ids = Encode(instructions, branch.Skip(starts[middle]));
            if (ids.Length <= room) (fitting, high) = (ids, middle);
            else low = middle + 1;
        }

        return fitting ?? throw new ConversationException(ConversationError.PromptTooLong,
            $"The message does not fit: the model's context has {model.ContextLength} tokens, {room} of them for the prompt. Shorten it.");
    }

    private int[] Encode(string? instructions, IEnumerable<ChatMessage> messages)
    {
        if (!string.IsNullOrWhiteSpace(instructions)) messages = messages.Prepend(new ChatMessage(ChatMessage.System, instructions));
        try
        {
            return tokenizer.EncodeChat([.. messages]);
        }
        catch (NGrammysException e)
        {
            throw new ConversationException(ConversationError.InvalidRequest, e.Message);
        }
    }
}
