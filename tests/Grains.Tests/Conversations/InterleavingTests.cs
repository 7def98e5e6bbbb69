using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class InterleavingTests(GrainCluster cluster)
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task However_readers_stops_and_losses_interleave_no_position_is_lost_or_doubled(int seed)
    {
        var random = new Random(seed);
        var settings = new TurnSettings { Temperature = random.Next(2) * 0.7, Seed = (ulong)seed, MaxDraftNodes = random.Next(2) * 32, MaxTokens = 150 };
        var song = ScriptedChat.Answering(ScriptedChat.Song);
        cluster.Engine.Use(song);
        var expected = await (await Chat.CreateAsync(cluster)).AskAsync("sing", settings);

        using var gate = new Gate();
        cluster.Engine.Use(song, gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing", settings);
        var readers = new List<Reader> { chat.Read(turn.Turn) };
        var abandoned = new List<IAsyncEnumerator<TokenChunk>>();
        var losses = 0;
        for (var i = 0; i < 12; i++)
        {
            switch (random.Next(6))
            {
                case 0 when losses < 2:
                    losses++;
                    await chat.DeactivateAsync();
                    break;
                case 1:
                    readers.Add(chat.Read(turn.Turn));
                    break;
                case 2:
                    abandoned.Add(chat.Grain.Stream(turn.Turn, 0, readers[0].Tokens.Count).GetAsyncEnumerator());
                    await abandoned[^1].MoveNextAsync();
                    break;
                case 3:
                    var reader = readers[random.Next(readers.Count)];
                    var known = reader.Chunks.Count;
                    await reader.ReadAsync(r => r.Chunks.Count > known);
                    break;
                default:
                    gate.Allow(random.Next(1, 8));
                    break;
            }
        }

        var stopped = random.Next(3) == 0;
        var reading = readers.Select(reader => reader.ReadToEndAsync()).ToList();
        if (stopped) await chat.Grain.Stop(turn.Turn);
        gate.Open();
        await Task.WhenAll(reading);
        readers.Add(chat.Read(turn.Turn));
        await readers[^1].ReadToEndAsync();
        foreach (var reader in readers)
        {
            Assert.Equal(readers[0].Tokens, reader.Tokens);
            Assert.Equal(readers[0].Text, reader.Text);
        }

        var complete = readers[0].End!.Finish != "cancelled";
        Assert.True(complete || stopped);
        Assert.Equal(complete ? expected.Tokens : expected.Tokens.Take(readers[0].Tokens.Count), readers[0].Tokens);
        Assert.Equal(readers[0].Text, (await chat.Grain.Get()).Messages[^1].Text);
        if (complete) Assert.Equal(expected.Text, readers[0].Text);
    }

    public static IEnumerable<TheoryDataRow<int>> Seeds() => Enumerable.Range(1, 20).Select(seed => new TheoryDataRow<int>(seed));
}
