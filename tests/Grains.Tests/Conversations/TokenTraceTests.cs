using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class TokenTraceTests(GrainCluster cluster)
{
    [Theory]
    [InlineData("sing", "")]
    [InlineData("Bäume und 日本語 und 🌳", "")]
    [InlineData("sing", "the")]
    public async Task Each_token_tells_its_step_and_where_its_text_ends_live_and_afterwards(string question, string stop)
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync(question, new TurnSettings { Stop = stop.Length == 0 ? [] : [stop] });
        var live = chat.Read(turn.Turn);
        await live.ReadToEndAsync();
        var replayed = chat.Read(turn.Turn);
        await replayed.ReadToEndAsync();

        foreach (var reader in (Reader[])[live, replayed])
        {
            var ends = reader.Chunks.SelectMany(chunk => chunk.TextEnds).ToList();
            var steps = reader.Chunks.SelectMany(chunk => chunk.Steps).ToList();
            Assert.Equal(reader.Tokens.Count, ends.Count);
            Assert.Equal(ends.Order(), ends);
            Assert.Equal(reader.Text.Length, ends[^1]);
            Assert.Equal(reader.End!.Statistics.Steps, steps.Distinct().Count());
            Assert.Equal(steps.Order(), steps);
        }

        Assert.Equal(live.Chunks.SelectMany(chunk => chunk.TextEnds), replayed.Chunks.SelectMany(chunk => chunk.TextEnds));
        Assert.Equal(live.Chunks.SelectMany(chunk => chunk.Steps), replayed.Chunks.SelectMany(chunk => chunk.Steps));
    }
}
