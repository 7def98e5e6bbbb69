using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class FailoverTests
{
    [Fact]
    public async Task A_reply_goes_on_elsewhere_when_its_silo_dies()
    {
        var cluster = new GrainCluster(TimeProvider.System, silos: 3);
        await using (cluster)
        {
            await cluster.InitializeAsync();
            var song = ScriptedChat.Answering(ScriptedChat.Song);
            var settings = new TurnSettings { Temperature = 0.7, Seed = 3, MaxTokens = 150 };
            cluster.Engine.Use(song);
            var undisturbed = await (await Chat.CreateAsync(cluster)).AskAsync("sing", settings);

            using var gate = new Gate();
            cluster.Engine.Use(song, gate);
            var chat = await Chat.CreateAsync(cluster);
            var turn = await chat.SendAsync("sing", settings);
            var reader = chat.Read(turn.Turn);
            await reader.StepAsync(gate, 10);
            var reading = reader.ReadToEndAsync();
            await cluster.KillSiloOfAsync(chat.Grain);
            gate.Open();
            await reading;
            Assert.Equal(undisturbed.Tokens, reader.Tokens);
            Assert.Equal(undisturbed.Text, reader.Text);
            Assert.True(reader.Reopened > 0);
            Assert.True(reader.Chunks[^1].Epoch > reader.Chunks[0].Epoch);
        }
    }
}
