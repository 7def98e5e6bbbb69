using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>What a person asks for reaches the engine, whatever lies between.</summary>
public sealed class SettingsTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_reply_ends_before_a_stop_string_and_not_before_its_shortest_length()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "one, two, three"));
        var chat = await Chat.CreateAsync(cluster);
        var reader = await chat.AskAsync("count", new TurnSettings { Stop = [", t", "never"] });
        Assert.Equal(("one", "stop"), (reader.Text, reader.End!.Finish));
        reader = await chat.AskAsync("count", new TurnSettings { Stop = [", t"], MinTokens = 14 });
        Assert.Equal((14, "stop"), (reader.Tokens.Count, reader.End!.Finish));
    }

    [Fact]
    public async Task A_reply_ends_with_a_stop_token_and_goes_on_behind_the_end_where_that_is_to_be_ignored()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "one, two"));
        var chat = await Chat.CreateAsync(cluster);
        Assert.Equal("one,", (await chat.AskAsync("count", new TurnSettings { StopTokens = [','] })).Text);
        var reader = await chat.AskAsync("count", new TurnSettings { IgnoreEndOfSequence = true, MaxTokens = 12 });
        Assert.Equal((12, "length"), (reader.Tokens.Count, reader.End!.Finish));
    }

    [Fact]
    public async Task A_bias_and_penalties_change_what_is_said()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "aaaa"));
        var chat = await Chat.CreateAsync(cluster);
        Assert.DoesNotContain("a", (await chat.AskAsync("say", new TurnSettings { LogitBias = [new('a', -100)], MaxTokens = 4 })).Text, StringComparison.Ordinal);
        // The script's logits are 0 and 1: whatever was said once has fallen behind everything else.
        var reader = await chat.AskAsync("say", new TurnSettings { PresencePenalty = 2, MaxTokens = 4 });
        Assert.Equal('a', reader.Tokens[0]);
        Assert.Equal(4, reader.Tokens.Distinct().Count());
    }

    [Fact]
    public async Task Every_token_tells_its_probability_where_that_was_asked_for()
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var chat = await Chat.CreateAsync(cluster);
        var reader = await chat.AskAsync("sing", new TurnSettings { TopLogProbabilities = 3 });
        var told = reader.Chunks.SelectMany(chunk => chunk.LogProbabilities).ToList();
        Assert.Equal(reader.Tokens, told.Select(likelihood => likelihood.Token));
        Assert.All(told, likelihood =>
        {
            Assert.Equal(likelihood.Token, likelihood.TopTokens[0]);
            Assert.Equal(likelihood.LogProbability, likelihood.TopLogProbabilities[0]);
            Assert.Equal(3, likelihood.TopTokens.Length);
            Assert.Equal(Math.Log(Math.E / (Math.E + ByteTokenizer.Vocabulary - 1)), likelihood.LogProbability, 6);
        });
    }

    [Fact]
    public async Task A_reply_is_held_to_a_constraint_and_a_wrong_one_is_refused()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "one, two, three"));
        var chat = await Chat.CreateAsync(cluster);
        var reader = await chat.AskAsync("count", new TurnSettings { Constraint = new("regex", "one, t(en|wenty)!") });
        Assert.Matches("^one, t(en|wenty)!$", reader.Text);
        Assert.Equal("stop", reader.End!.Finish);
        foreach (var wrong in (ReplyConstraint[])[new("regex", "("), new("poem", "x")])
            await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => chat.SendAsync("count", new TurnSettings { Constraint = wrong }));
    }

    [Fact]
    public async Task A_reply_that_is_taken_up_again_keeps_its_settings_and_its_stop_string()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(_ => "one, two, three, four, five, six"), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("count", new TurnSettings { Stop = ["x, ", "r, f"], Seed = 3 });
        var reader = chat.Read(turn.Turn);
        await gate.StepAsync(8);
        await reader.ReadAsync(r => r.Tokens.Count >= 4);
        await chat.DeactivateAsync();
        gate.Open();
        await reader.ReadToEndAsync();
        Assert.Equal(("one, two, three, fou", "stop"), (reader.Text, reader.End!.Finish));
    }
}
