using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Inference.Execution;

namespace NGrammys.Grains.Tests.Batching;

public sealed class BatchSharingTests(GrainCluster cluster)
{
    [Theory]
    [InlineData(8, null)]
    [InlineData(8, 0)]
    [InlineData(16, null)]
    [InlineData(16, 0)]
    public async Task Conversations_that_decode_at_once_share_their_steps(int conversations, int? draftNodes)
    {
        // Cache extents of the sequences whose roots a step carried, step by step.
        var steps = new List<HashSet<int>>();
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(Poem), gate, batch => steps.Add(Roots(batch)));
        var chats = new List<Chat>();
        var turns = new List<TurnHandle>();
        for (var i = 0; i < conversations; i++)
        {
            chats.Add(await Chat.CreateAsync(cluster));
            turns.Add(await chats[i].SendAsync($"poem {i}", new TurnSettings { MaxDraftNodes = draftNodes }));
        }

        // A reply is short: one that began late could find the first one over.
        await gate.StartsAsync(conversations);
        gate.Open();
        var readers = chats.Zip(turns, (chat, turn) => chat.Read(turn.Turn)).ToList();
        await Task.WhenAll(readers.Select(reader => reader.ReadToEndAsync()));
        for (var i = 0; i < conversations; i++) Assert.Equal(Poem($"poem {i}"), readers[i].Text);

        var load = cluster.Engine.Load;
        Assert.True(load.RootsCarried >= 0.9 * load.RootsRunning, $"{load.RootsCarried} of {load.RootsRunning} roots were carried");

        // From the step in which the last conversation began to decode to the one in which the first ended: all of them were running all the time.
        var extents = steps.SelectMany(roots => roots).Distinct().ToList();
        Assert.Equal(conversations, extents.Count);
        var first = extents.Max(extent => steps.FindIndex(roots => roots.Contains(extent)));
        var last = extents.Min(extent => steps.FindLastIndex(roots => roots.Contains(extent)));
        Assert.True(last - first >= 50, $"all were running in only {last - first} steps");
        var average = steps[first..(last + 1)].Average(roots => (double)roots.Count);
        Assert.True(average >= 0.9 * conversations, $"a step carried {average:0.00} roots of {conversations} conversations");
    }

    // Partly foreseeable, as replies are, and short enough that an engine of microseconds never has to wait for its readers.
    private static string Poem(string title)
    {
        var random = new Random(1);
        return string.Concat(Enumerable.Range(0, 16).Select(line => $"{title}, line {line}: {random.Next():x}. "));
    }

    private static HashSet<int> Roots(ForwardBatch batch) =>
        [.. batch.Slices.Where(slice => batch.Outputs.Exists(output => output >= slice.Start && output < slice.Start + slice.Count)).Select(slice => slice.FirstRow)];
}
