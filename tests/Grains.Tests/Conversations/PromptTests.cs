using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class PromptTests(GrainCluster cluster)
{
    private const int Context = 200;

    [Fact]
    public async Task A_message_that_does_not_fit_is_refused_and_leaves_nothing()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "short"), contextLength: Context);
        var chat = await Chat.CreateAsync(cluster);
        await Refusal.ExpectAsync(ConversationError.PromptTooLong, () => chat.SendAsync(new string('x', Context)));
        Assert.Empty((await chat.Grain.Get()).Messages);
    }

    [Fact]
    public async Task Old_exchanges_leave_a_prompt_whole_and_the_instructions_stay()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"), contextLength: Context);
        var chat = await Chat.CreateAsync(cluster);
        var settings = new TurnSettings { SystemPrompt = "be brief" };
        TurnHandle? last = null;
        for (var i = 0; i < 8; i++)
        {
            last = await chat.SendAsync($"message number {i}", settings);
            var reader = chat.Read(last.Turn);
            await reader.ReadToEndAsync();
            Assert.Equal($"you said message number {i}", reader.Text);
        }

        var prompt = (await cluster.Store.ReadPromptAsync(chat.Id, last!.Turn))!;
        Assert.InRange(prompt.Length, Context / 2, Context * 3 / 4);
        var text = new ByteTokenizer().Decode(prompt, skipSpecial: true);
        Assert.StartsWith("be briefmessage number", text, StringComparison.Ordinal);
        Assert.EndsWith("you said message number 6message number 7", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message number 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_ends_with_the_context()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => new string('x', 1000)), contextLength: Context);
        var chat = await Chat.CreateAsync(cluster);
        var reader = await chat.AskAsync("hello");
        Assert.Equal("length", reader.End!.Finish);
        Assert.Equal(Context, reader.End.Statistics.PromptTokens + reader.Tokens.Count);
    }
}
