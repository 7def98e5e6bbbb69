using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Conversations;

/// <summary>Makes a prompt of a branch. What does not fit the context any more leaves it, whole oldest exchanges first, never the instructions.</summary>
internal sealed class PromptBuilder(ITokenizer tokenizer, ModelInfo model)
{
    /// <summary>Ids of the rendered branch, with at least a quarter of the context left for the reply, and how many messages of it were left out.</summary>
    /// <param name="instructions">System prompt, or null.</param>
    /// <param name="branch">Messages from the first to the one to be answered.</param>
    /// <param name="said">Ids of an earlier prompt of the conversation and its reply.</param>
    /// <param name="leftOut">How many messages that prompt left out.</param>
    /// <param name="refusesToCut">Nothing leaves it: what leaves no room for a reply is refused.</param>
    /// <exception cref="ConversationException">The last message alone does not fit, or the template refuses the messages.</exception>
    public (int[] Ids, int LeftOut) Build(
        string? instructions, IReadOnlyList<ChatMessage> branch, ReadOnlySpan<int> said = default, int leftOut = 0, bool refusesToCut = false)
    {
        if (refusesToCut)
        {
            var whole = Encode(instructions, branch, said);
            if (whole.Length < model.ContextLength) return (whole, 0);
            throw new ConversationException(ConversationError.PromptTooLong,
                $"This model's maximum context length is {model.ContextLength} tokens, and the conversation has {whole.Length}. Shorten it, or let it be cut.");
        }

        // What has left stays away: a prompt that began elsewhere each time would have to be read anew each time.
        leftOut = Math.Min(leftOut, branch.Count - 1);
        var ids = Encode(instructions, branch.Skip(leftOut), said);
        var room = model.ContextLength * 3 / 4;
        if (ids.Length <= room) return (ids, leftOut);

        // So much leaves at once that the next turns fit. Rendering is dear, and what fits still fits with less before it.
        var starts = Enumerable.Range(leftOut + 1, branch.Count - leftOut - 1).Where(i => branch[i].Role == ChatMessage.User).ToArray();
        return Shortest(model.ContextLength / 2) ?? Shortest(room) ?? throw new ConversationException(ConversationError.PromptTooLong,
            $"The message does not fit: the model's context has {model.ContextLength} tokens, {room} of them for the prompt. Shorten it.");

        (int[] Ids, int LeftOut)? Shortest(int most)
        {
            (int[], int)? fitting = null;
            for (var (low, high) = (0, starts.Length); low < high;)
            {
                var middle = (low + high) / 2;
                var rest = Encode(instructions, branch.Skip(starts[middle]), default);
                if (rest.Length <= most) (fitting, high) = ((rest, starts[middle]), middle);
                else low = middle + 1;
            }

            return fitting;
        }
    }

    private int[] Encode(string? instructions, IEnumerable<ChatMessage> messages, ReadOnlySpan<int> said)
    {
        if (!string.IsNullOrWhiteSpace(instructions)) messages = messages.Prepend(new ChatMessage(ChatMessage.System, instructions));
        try
        {
            return SaidBefore.Splice(tokenizer.EncodeChat([.. messages]), said, tokenizer);
        }
        catch (NGrammysException e)
        {
            throw new ConversationException(ConversationError.InvalidRequest, e.Message);
        }
    }
}
