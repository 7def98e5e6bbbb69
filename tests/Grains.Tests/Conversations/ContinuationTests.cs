using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class ContinuationTests(GrainCluster cluster)
{
    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.0, 32)]
    [InlineData(0.8, 0)]
    [InlineData(0.8, 32)]
    public async Task A_reply_goes_on_with_the_same_tokens_when_its_activation_is_lost(double temperature, int draftNodes)
    {
        var settings = new TurnSettings { Temperature = temperature, MaxDraftNodes = draftNodes, Seed = 5, MaxTokens = 120 };
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var undisturbed = await (await Chat.CreateAsync(cluster)).AskAsync("sing", settings);
        Assert.True(undisturbed.Tokens.Count > 60, $"the reply has {undisturbed.Tokens.Count} tokens");

        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing", settings);
        var reader = chat.Read(turn.Turn);
        for (var loss = 0; loss < 2; loss++)
        {
            var known = reader.Tokens.Count;
            await gate.StepAsync(8);
            await reader.ReadAsync(r => r.Tokens.Count >= known + 4);
            await chat.DeactivateAsync();
            await chat.Grain.Get();
        }

        gate.Open();
        await reader.ReadToEndAsync();
        Assert.Equal(undisturbed.Tokens, reader.Tokens);
        Assert.Equal(undisturbed.Text, reader.Text);
        Assert.Equal(undisturbed.End!.Finish, reader.End!.Finish);
        Assert.Equal(undisturbed.Tokens.Count, reader.End.Statistics.Tokens);
        Assert.Equal(3, reader.Chunks.Select(chunk => chunk.Epoch).Distinct().Count());
        var late = chat.Read(turn.Turn);
        await late.ReadToEndAsync();
        Assert.Equal(undisturbed.Tokens, late.Tokens);
        Assert.Equal(undisturbed.Text, late.Text);
    }

    [Fact]
    public async Task A_reply_that_is_lost_again_and_again_is_given_up()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);
        for (var loss = 0; loss < 4; loss++)
        {
            Assert.Equal(turn.Turn, (await chat.Grain.Get()).RunningTurn);
            await chat.DeactivateAsync();
        }

        await reader.ReadToEndAsync();
        AssertGivenUp(reader, "interrupted 4 times");
        gate.Open();
        await chat.AskAsync("again");
    }

    [Fact]
    public async Task A_prompt_that_brings_down_its_node_before_the_first_word_is_given_up_before_the_replies_beside_it()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var (killer, beside) = (await Chat.CreateAsync(cluster), await Chat.CreateAsync(cluster));
        var spared = await beside.SendAsync("sing");
        var reader = beside.Read(spared.Turn);
        await reader.StepAsync(gate, 5);
        var turn = await killer.SendAsync("fall");
        for (var loss = 0; loss < 3; loss++)
        {
            Assert.Equal((turn.Turn, spared.Turn), ((await killer.Grain.Get()).RunningTurn, (await beside.Grain.Get()).RunningTurn));
            await Task.WhenAll(killer.DeactivateAsync(), beside.DeactivateAsync());
        }

        var given = killer.Read(turn.Turn);
        await given.ReadToEndAsync();
        Assert.Empty(given.Tokens);
        Assert.Equal("error", given.End!.Finish);
        Assert.Contains("interrupted 3 times", given.End.Error, StringComparison.Ordinal);
        gate.Open();
        await reader.ReadToEndAsync();
        Assert.Equal((ScriptedChat.Song("sing"), "stop"), (reader.Text, reader.End!.Finish));
    }

    [Fact]
    public async Task A_reply_ends_when_another_model_is_served()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);
        await chat.DeactivateAsync();
        gate.Open();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), fingerprint: "another");
        await reader.ReadToEndAsync();
        AssertGivenUp(reader, "another model");
        Assert.Equal(ScriptedChat.Song("again"), (await chat.AskAsync("again")).Text);
    }

    [Fact]
    public async Task An_activation_that_lost_its_claim_shows_nothing_more()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);
        var claim = (await cluster.Store.ClaimAsync(chat.Id))!;
        var head = (await cluster.Store.ReadAsync(chat.Id, turn.Turn, 0, 0))[^1].Next;
        gate.Open();
        await reader.ReadToEndAsync();
        Assert.Equal(ScriptedChat.Song("sing"), reader.Text);
        Assert.True(reader.Reopened > 0);
        Assert.All(reader.Chunks.Where(chunk => chunk.Epoch < claim.Epoch), chunk => Assert.True(chunk.Position + chunk.Tokens.Length <= head));
        Assert.All(reader.Chunks, chunk => Assert.NotEqual(claim.Epoch, chunk.Epoch));
    }

    [Fact]
    public async Task A_sequence_that_the_engine_has_forgotten_starts_again_where_it_was()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var reader = chat.Read((await chat.SendAsync("sing")).Turn);
        await gate.StepAsync(8);
        await gate.QuestionAsync();
        var lost = 0;
        cluster.Engine.OnVerify = _ =>
        {
            if (lost == 3) return;
            lost++;
            throw new EngineException(EngineError.UnknownSequence, "The sequence is not known here.");
        };
        gate.Open();
        await reader.ReadToEndAsync();
        Assert.Equal(3, lost);
        Assert.Equal(ScriptedChat.Song("sing"), reader.Text);
        Assert.Equal("stop", reader.End!.Finish);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_reply_that_fails_without_a_word_is_tried_again_but_not_for_ever(int failures)
    {
        // The engine is held until its owner has shown five tokens: left alone it may say all it has to before the question that fails is put.
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var reader = chat.Read((await chat.SendAsync("sing")).Turn);
        await gate.StepAsync(5);
        await gate.QuestionAsync();
        await reader.ReadAsync(r => r.Tokens.Count >= 5);
        var left = failures;
        cluster.Engine.OnVerify = _ =>
        {
            if (left-- > 0) throw new InvalidOperationException("The node is going down.");
        };
        gate.Open();
        await reader.ReadToEndAsync();
        if (failures > 1) AssertGivenUp(reader, "interrupted");
        else Assert.Equal((ScriptedChat.Song("sing"), "stop"), (reader.Text, reader.End!.Finish));
    }

    [Fact]
    public async Task A_failing_engine_ends_the_reply_in_words_and_the_conversation_goes_on_with_the_next()
    {
        var song = ScriptedChat.Answering(ScriptedChat.Song);
        cluster.Engine.Use(context => context.Count < 40 ? song(context) : throw new InvalidOperationException("the device is gone"));
        var chat = await Chat.CreateAsync(cluster);
        var reader = await chat.AskAsync("sing");
        Assert.Equal("error", reader.End!.Finish);
        Assert.Contains("the device is gone", reader.End.Error!, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', reader.End.Error!);
        Assert.StartsWith(reader.Text, ScriptedChat.Song("sing"), StringComparison.Ordinal);
        Assert.Equal("error", (await chat.AskAsync("sing")).End!.Finish);

        cluster.Engine.Use(song);
        Assert.Equal(ScriptedChat.Song("again"), (await chat.AskAsync("again")).Text);
    }

    [Fact]
    public async Task A_deleted_conversation_is_gone_in_the_middle_of_its_reply()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);
        await chat.Grain.Delete();
        gate.Open();
        await Refusal.ExpectAsync(ConversationError.UnknownConversation, reader.ReadToEndAsync);
        await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => chat.SendAsync("hello"));
        Assert.Null(await cluster.Store.LoadAsync(chat.Id));
    }

    private static void AssertGivenUp(Reader reader, string why)
    {
        Assert.Equal("error", reader.End!.Finish);
        Assert.Contains(why, reader.End.Error!, StringComparison.Ordinal);
        Assert.Equal(reader.Tokens.Count, reader.End.Statistics.Tokens);
        Assert.StartsWith(reader.Text, ScriptedChat.Song("sing"), StringComparison.Ordinal);
        Assert.NotEmpty(reader.Text);
    }
}
