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
        var prompts = new List<int[]>();
        for (var i = 0; i < 12; i++)
        {
            var turn = await chat.SendAsync($"message number {i}", settings);
            var reader = chat.Read(turn.Turn);
            await reader.ReadToEndAsync();
            Assert.Equal($"you said message number {i}", reader.Text);
            prompts.Add((await cluster.Store.ReadPromptAsync(chat.Id, turn.Turn))!);
            Assert.InRange(prompts[i].Length, 1, Context * 3 / 4);
            var text = new ByteTokenizer().Decode(prompts[i], skipSpecial: true);
            Assert.StartsWith("be briefmessage number", text, StringComparison.Ordinal);
            Assert.EndsWith(i == 0 ? "message number 0" : $"you said message number {i - 1}message number {i}", text, StringComparison.Ordinal);
            // What was left out is counted: every exchange has two messages.
            Assert.Contains($"briefmessage number {reader.End!.Statistics.LeftOut / 2}", text, StringComparison.Ordinal);
        }

        // A quarter of the context leaves at once, so that the prompts that follow begin alike.
        var cuts = Enumerable.Range(1, prompts.Count - 1).Count(i => !prompts[i].AsSpan().StartsWith(prompts[i - 1]));
        Assert.InRange(cuts, 2, prompts.Count / 2);
        Assert.All(prompts, prompt => Assert.True(prompt.Length > Context / 4 || prompt == prompts[0], $"{prompt.Length} tokens"));
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
