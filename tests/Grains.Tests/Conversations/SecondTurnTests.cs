using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>What a second turn computes: the new text, and nothing of what was said before.</summary>
public sealed class SecondTurnTests(GrainCluster cluster)
{
    // A message is its role's mark, its bytes, and an end; the reply's mark follows.
    private const int Marks = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_turn_computes_the_new_text_alone(bool otherActivation)
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.AskAsync("sing about something that takes a while");
        var (before, reused) = Computed();
        if (otherActivation) await chat.DeactivateAsync();
        var second = await chat.AskAsync("and now?");
        // One token more: the end of the reply was said, but never computed.
        Assert.Equal("and now?".Length + Marks, Computed().Prefilled - before);
        var known = first.End!.Statistics.PromptTokens + first.Tokens.Count - 1;
        Assert.Equal(known, Computed().Reused - reused);
        Assert.Equal((0, known), (first.End.Statistics.CachedTokens, second.End!.Statistics.CachedTokens));
        Assert.Equal(known + 1 + "and now?".Length + Marks, second.End.Statistics.PromptTokens);
    }

    [Fact]
    public async Task Behind_reasoning_that_its_template_leaves_out_it_computes_the_reply_and_the_new_text()
    {
        const string Thought = "<think>let me see, whatever could that be</think>";
        cluster.Engine.Use(ScriptedChat.Answering(question => $"{Thought}it is {question}"));
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.AskAsync("a question of more than thirty-two characters");
        var before = Computed().Prefilled;
        var second = await chat.AskAsync("and now?");
        Assert.Equal(first.Text.Length - Thought.Length + 1 + "and now?".Length + Marks - 1, Computed().Prefilled - before);
        Assert.Equal(first.End!.Statistics.PromptTokens, second.End!.Statistics.CachedTokens);
    }

    [Fact]
    public async Task Another_try_and_another_conversation_with_the_same_instructions_reuse_what_they_share()
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var settings = new TurnSettings { SystemPrompt = "You are brief, and you speak of bottles whatever you are asked." };
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.AskAsync("sing", settings);
        var again = await chat.Grain.Regenerate(new RegenerateRequest { OperationId = Guid.NewGuid(), Message = (await chat.Grain.Get()).Messages[^1].Id, Settings = settings });
        var reader = chat.Read(again.Turn);
        await reader.ReadToEndAsync();
        Assert.Equal(first.End!.Statistics.PromptTokens - 1, reader.End!.Statistics.CachedTokens);
        var neighbour = await (await Chat.CreateAsync(cluster)).AskAsync("dance", settings);
        // Mark, instructions, end; the next mark.
        Assert.Equal(settings.SystemPrompt.Length + 3, neighbour.End!.Statistics.CachedTokens);
        var stranger = await (await Chat.CreateAsync(cluster, "another tenant")).AskAsync("dance", settings);
        Assert.Equal(0, stranger.End!.Statistics.CachedTokens);
    }

    private (long Prefilled, long Reused) Computed() => (cluster.Engine.Load.Prefilled, cluster.Engine.Load.Reused);
}
