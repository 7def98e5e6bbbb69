using System.Text;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class SendTests(GrainCluster cluster)
{
    private static readonly TurnSettings Plain = new() { MaxDraftNodes = 0 };

    [Theory]
    [InlineData("sing")]
    [InlineData("Bäume und 日本語 und 🌳")]
    public async Task The_reply_is_what_the_model_says_with_and_without_speculation(string question)
    {
        // While the engine's clock stands still it waits for every draft.
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), time: new FakeTimeProvider());
        var chat = await Chat.CreateAsync(cluster);
        var plain = await chat.AskAsync(question, Plain);
        var drafted = await chat.AskAsync(question);

        Assert.Equal(ScriptedChat.Song(question), plain.Text);
        Assert.Equal([.. Encoding.UTF8.GetBytes(plain.Text).Select(value => (int)value), ByteTokenizer.End], plain.Tokens);
        Assert.Equal(plain.Tokens, drafted.Tokens);
        Assert.Equal(plain.Text, drafted.Text);

        Assert.Equal("stop", plain.End!.Finish);
        Assert.Equal(plain.Tokens.Count, plain.End.Statistics.Tokens);
        Assert.Equal(plain.Tokens.Count, plain.End.Statistics.Steps);
        Assert.Equal(0, plain.End.Statistics.Drafted);
        var statistics = drafted.End!.Statistics;
        Assert.True(statistics.Steps < plain.Tokens.Count / 2, $"{statistics.Steps} steps for {plain.Tokens.Count} tokens");
        Assert.Equal(drafted.Tokens.Count, statistics.Steps + statistics.Accepted);
        Assert.Equal(statistics.Accepted, drafted.Chunks.Sum(chunk => chunk.Sources.Count(source => source != 0)));
    }

    [Fact]
    public async Task The_model_sees_what_was_said_before()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
        var chat = await Chat.CreateAsync(cluster);
        await chat.AskAsync("first");
        var second = await chat.SendAsync("second", new TurnSettings { SystemPrompt = "be brief" });
        await chat.Read(second.Turn).ReadToEndAsync();
        var prompt = await cluster.Store.ReadPromptAsync(chat.Id, second.Turn);
        Assert.Equal(
            new ByteTokenizer().EncodeChat([new("system", "be brief"), new("user", "first"), new("assistant", "you said first"), new("user", "second")]), prompt);
    }

    [Fact]
    public async Task Sending_again_under_an_earlier_message_makes_siblings()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.SendAsync("first");
        await chat.Read(first.Turn).ReadToEndAsync();
        await chat.AskAsync("left");
        var right = await chat.SendAsync("right", parent: first.AssistantMessage);
        await chat.Read(right.Turn).ReadToEndAsync();

        var view = await chat.Grain.Get();
        Assert.Equal(["left", "right"], view.Messages.Where(message => message.Parent == first.AssistantMessage).Select(message => message.Text));
        Assert.Equal(right.AssistantMessage, view.SelectedMessage);
        Assert.Equal("you said right", view.Messages.Single(message => message.Id == right.AssistantMessage).Text);
        Assert.Equal("first", view.Summary.Title);
        var prompt = await cluster.Store.ReadPromptAsync(chat.Id, right.Turn);
        Assert.Equal(new ByteTokenizer().EncodeChat([new("user", "first"), new("assistant", "you said first"), new("user", "right")]), prompt);
    }

    [Fact]
    public async Task The_same_operation_is_the_same_message()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "once"));
        var chat = await Chat.CreateAsync(cluster);
        var operation = Guid.NewGuid();
        var first = await chat.SendAsync("hello", operation: operation);
        Assert.Equal(first, await chat.SendAsync("hello", operation: operation));
        await chat.Read(first.Turn).ReadToEndAsync();
        await chat.AskAsync("something else");
        Assert.Equal(first, await chat.SendAsync("hello", operation: operation));
        Assert.Equal(4, (await chat.Grain.Get()).Messages.Length);
        await Refusal.ExpectAsync(ConversationError.Conflict, () => chat.SendAsync("good bye", operation: operation));
    }

    [Fact]
    public async Task A_message_is_refused_while_a_reply_runs_and_its_repetition_is_not()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var operation = Guid.NewGuid();
        var running = await chat.SendAsync("sing", operation: operation);
        await Refusal.ExpectAsync(ConversationError.Busy, () => chat.SendAsync("louder"));
        Assert.Equal(running, await chat.SendAsync("sing", operation: operation));
        var view = await chat.Grain.Get();
        Assert.Equal(running.Turn, view.RunningTurn);
        Assert.True(view.Summary.Running);
        gate.Open();
        await chat.Read(running.Turn).ReadToEndAsync();
        await chat.AskAsync("louder");
    }

    [Fact]
    public async Task A_beginning_whose_answer_was_lost_is_found_by_repeating_it()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "found"));
        var chat = await Chat.CreateAsync(cluster);
        var operation = Guid.NewGuid();
        cluster.Store.OnBegun = () => throw new NGrammys.Storage.StorageException(NGrammys.Storage.StorageError.Unavailable, "The disk is away; mount it.");
        await Refusal.ExpectAsync(ConversationError.Unavailable, () => chat.SendAsync("hello", operation: operation));
        cluster.Store.OnBegun = null;
        var turn = await chat.SendAsync("hello", operation: operation);
        var reader = chat.Read(turn.Turn);
        await reader.ReadToEndAsync();
        Assert.Equal("found", reader.Text);
        Assert.Equal(2, (await chat.Grain.Get()).Messages.Length);
    }

    [Fact]
    public async Task Wrong_requests_are_refused_in_words()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "never said"));
        var chat = await Chat.CreateAsync(cluster);
        foreach (var text in (string[])["", "  \n"]) await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.SendAsync(text));
        foreach (var settings in (TurnSettings[])[
            new() { Temperature = -1 }, new() { Temperature = double.NaN }, new() { Temperature = 2.5 }, new() { TopK = -1 },
            new() { TopP = 0 }, new() { TopP = 1.5 }, new() { MaxTokens = 0 }, new() { MaxDraftNodes = -1 }, new() { MinP = 2 }, new() { TypicalP = 0 },
            new() { RepetitionPenalty = 0 }, new() { PresencePenalty = 3 }, new() { FrequencyPenalty = double.NaN }, new() { LogitBias = [new(100_000, 1)] },
            new() { MaxTokens = 3, MinTokens = 4 }, new() { Stop = [""] }, new() { StopTokens = [-1] }, new() { TopLogProbabilities = 21 }])
        {
            await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.SendAsync("hello", settings));
        }

        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.SendAsync("hello", parent: Guid.NewGuid()));
        await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => new Chat(cluster, "tenant").SendAsync("hello"));
        await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => new Chat(cluster, "tenant").Grain.Get());
        foreach (var stranger in (Owner[])[new("tenant", "stranger"), new("elsewhere", "user")])
            await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => chat.GrainOf(stranger).Get());
        await Refusal.ExpectAsync(ConversationError.UnknownTurn, () => chat.Read(Guid.NewGuid()).ReadToEndAsync());
        await Refusal.ExpectAsync(ConversationError.UnknownTurn, () => chat.Grain.Stop(Guid.NewGuid()));
        Assert.Empty((await chat.Grain.Get()).Messages);
    }
}
