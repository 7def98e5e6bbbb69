using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Layer.Benchmarks;

/// <summary>The grain of each conversation, with its store: a message is sent, the reply is read as it becomes durable.</summary>
internal sealed class GrainLayer(IGrainFactory grains) : ILayer
{
    public string Name => "grain";

    public Task<int[]> RunAsync(Work work)
    {
        var owner = new Owner($"{Guid.NewGuid()}", "benchmark");
        return Task.WhenAll(work.Texts.Select(text => ReadAsync(owner, text, work.Tokens)));
    }

    private async Task<int> ReadAsync(Owner owner, string text, int tokens)
    {
        // The frontend says for whom it calls, and the silo holds it to that.
        CallOwner.Set(owner);
        var conversation = grains.GetGrain<IConversationGrain>(new ConversationKey(owner, Guid.NewGuid()).ToString());
        await conversation.Create(Guid.NewGuid(), "Benchmark");
        var turn = await conversation.Send(new SendRequest
        {
            OperationId = Guid.NewGuid(),
            Text = text,
            Settings = new TurnSettings { Temperature = 0, MaxTokens = tokens, MaxDraftNodes = 0, IgnoreEndOfSequence = true },
        });
        var read = 0;
        await foreach (var chunk in conversation.Stream(turn.Turn, 0, 0)) read += chunk.Tokens.Length;
        return read;
    }
}
