using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>Somebody who begins conversations with a cluster and reads the replies to their ends.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="replyTokens">Length of a reply in tokens.</param>
internal sealed class Person(IGrainFactory grains, int replyTokens)
{
    private static readonly string[] Topics = ["the sea", "a lighthouse", "the last train", "bread", "a garden in winter", "the number seven", "a lost key", "rain"];

    private readonly Owner _owner = new("scale", Guid.NewGuid().ToString("N"));

    /// <summary>Begins a conversation.</summary>
    public async Task<Guid> BeginAsync()
    {
        var conversation = Guid.NewGuid();
        await GrainOf(conversation).Create(Guid.NewGuid(), null);
        return conversation;
    }

    /// <summary>Asks something in a conversation, and reads what is said.</summary>
    /// <param name="conversation">One of this person's.</param>
    /// <param name="heard">Called with the number of tokens of each chunk.</param>
    /// <exception cref="NGrammysException">The reply did not come to its length.</exception>
    public async Task AskAsync(Guid conversation, Action<int>? heard = null)
    {
        try
        {
            await ReadAsync(conversation, heard);
        }
        catch (ConversationException e)
        {
            throw new NGrammysException($"A simulated conversation was refused: {e.Message}", e);
        }
    }

    private async Task ReadAsync(Guid conversation, Action<int>? heard)
    {
        var grain = GrainOf(conversation);
        var topic = Topics[conversation.ToByteArray()[0] % Topics.Length];
        var turn = await grain.Send(new SendRequest
        {
            OperationId = Guid.NewGuid(),
            Text = $"Tell me a short story about {topic}.",
            Settings = new TurnSettings { Temperature = 0, MaxTokens = replyTokens, IgnoreEndOfSequence = true },
        });
        var read = 0;
        await foreach (var chunk in grain.Stream(turn.Turn, 0, 0))
        {
            if (chunk.Kind == ChunkKind.End && chunk.End is { Finish: not "length" } end)
                throw new NGrammysException($"A reply ended after {read} of {replyTokens} tokens ({end.Finish}: {end.Error}).");
            if (chunk.Kind != ChunkKind.Tokens) continue;
            read += chunk.Tokens.Length;
            heard?.Invoke(chunk.Tokens.Length);
        }
    }

    private IConversationGrain GrainOf(Guid conversation)
    {
        CallOwner.Set(_owner);
        return grains.GetGrain<IConversationGrain>(new ConversationKey(_owner, conversation).ToString());
    }
}
