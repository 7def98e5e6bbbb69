using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class BranchTests(GrainCluster cluster)
{
    [Fact]
    public async Task An_edited_message_becomes_a_sibling_with_a_reply_of_its_own()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.SendAsync("first");
        await chat.Read(first.Turn).ReadToEndAsync();
        await chat.AskAsync("second");

        var request = new EditRequest { OperationId = Guid.NewGuid(), Message = first.UserMessage, Text = "other" };
        var edited = await chat.Grain.Edit(request);
        await chat.Read(edited.Turn).ReadToEndAsync();

        Assert.Equal(edited, await chat.Grain.Edit(request));
        var view = await chat.Grain.Get();
        Assert.Equal(["first", "other"], view.Messages.Where(message => message.Parent is null).Select(message => message.Text));
        Assert.Equal("you said other", view.Messages.Single(message => message.Id == edited.AssistantMessage).Text);
        Assert.Equal(edited.AssistantMessage, view.SelectedMessage);
        Assert.Equal(new ByteTokenizer().EncodeChat([new("user", "other")]), await cluster.Store.ReadPromptAsync(chat.Id, edited.Turn));
    }

    [Fact]
    public async Task A_regenerated_reply_becomes_a_sibling_with_noise_of_its_own()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.SendAsync("first");
        await chat.Read(first.Turn).ReadToEndAsync();

        var request = new RegenerateRequest { OperationId = Guid.NewGuid(), Message = first.AssistantMessage };
        var again = await chat.Grain.Regenerate(request);
        await chat.Read(again.Turn).ReadToEndAsync();

        Assert.Equal(again, await chat.Grain.Regenerate(request));
        Assert.Equal(first.UserMessage, again.UserMessage);
        var stored = await cluster.Store.LoadAsync(chat.Id);
        Assert.Equal(3, stored!.Messages.Count);
        Assert.Equal(2, stored.Turns.Select(turn => turn.Seed).Distinct().Count());
        Assert.Equal(again.AssistantMessage, stored.Header.Leaf);
        Assert.Equal(await cluster.Store.ReadPromptAsync(chat.Id, first.Turn), await cluster.Store.ReadPromptAsync(chat.Id, again.Turn));
    }

    [Fact]
    public async Task A_selected_branch_is_shown_to_its_end_and_goes_on_there()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.SendAsync("first");
        await chat.Read(first.Turn).ReadToEndAsync();
        var left = await chat.SendAsync("left");
        await chat.Read(left.Turn).ReadToEndAsync();
        var right = await chat.SendAsync("right", parent: first.AssistantMessage);
        await chat.Read(right.Turn).ReadToEndAsync();

        await chat.Grain.Select(left.UserMessage);

        Assert.Equal(left.AssistantMessage, (await chat.Grain.Get()).SelectedMessage);
        await chat.AskAsync("further");
        Assert.Equal(left.AssistantMessage, (await chat.Grain.Get()).Messages.Single(message => message.Text == "further").Parent);
    }

    [Fact]
    public async Task Settings_of_the_conversation_hold_for_messages_without_their_own()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "done"));
        var chat = await Chat.CreateAsync(cluster);
        var settings = new TurnSettings { SystemPrompt = "be brief", Seed = 7, MaxDraftNodes = 0 };

        await chat.Grain.Configure(settings);
        var turn = await chat.Grain.Send(new SendRequest { OperationId = Guid.NewGuid(), Text = "hello" });
        await chat.Read(turn.Turn).ReadToEndAsync();

        Assert.Equal(settings, (await chat.Grain.Get()).Settings);
        Assert.Equal(7ul, (await cluster.Store.LoadAsync(chat.Id))!.Turns.Single().Seed);
        Assert.Equal(
            new ByteTokenizer().EncodeChat([new("system", "be brief"), new("user", "hello")]), await cluster.Store.ReadPromptAsync(chat.Id, turn.Turn));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_and_changes_nothing()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "done"));
        var chat = await Chat.CreateAsync(cluster);
        var first = await chat.SendAsync("first");
        await chat.Read(first.Turn).ReadToEndAsync();

        EditRequest Edit(Guid message, string text) => new() { OperationId = Guid.NewGuid(), Message = message, Text = text };
        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.Grain.Edit(Edit(first.UserMessage, " ")));
        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.Grain.Edit(Edit(first.AssistantMessage, "words in its mouth")));
        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.Grain.Edit(Edit(Guid.NewGuid(), "unknown")));
        await Refusal.ExpectAsync(
            ConversationError.InvalidRequest,
            () => chat.Grain.Regenerate(new RegenerateRequest { OperationId = Guid.NewGuid(), Message = first.UserMessage }));
        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.Grain.Select(Guid.NewGuid()));
        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.Grain.Configure(new TurnSettings { TopP = 2 }));

        var view = await chat.Grain.Get();
        Assert.Equal((2, first.AssistantMessage, new TurnSettings()), (view.Messages.Length, view.SelectedMessage, view.Settings));
    }
}
