using Microsoft.Extensions.Time.Testing;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Tests.Hosting;

namespace NGrammys.Grains.Tests.Cluster;

public sealed class ClusterGrainTests(GrainCluster cluster)
{
    [Fact]
    public async Task Every_node_tells_what_its_devices_did()
    {
        // The engine's clock stands still: so it waits for every draft.
        cluster.Engine.Use(ScriptedChat.Answering(text => string.Concat(Enumerable.Repeat(text, 40))), time: new FakeTimeProvider());
        var chat = await Chat.CreateAsync(cluster);
        var before = await DescribeAsync();
        var reader = await chat.AskAsync("again and again");

        var after = await DescribeAsync();

        Assert.Equal(("Active", false), (after.Status, after.Details!.Leaving));
        Assert.InRange(after.Conversations, 1, int.MaxValue);
        Assert.Matches(@"^\d+\.\d+\.\d+", after.Details.Version);
        Assert.InRange(after.Details.Memory, 1, long.MaxValue);
        var device = Assert.Single(after.Details.Devices);
        Assert.Equal((cluster.Engine.Model.Name, cluster.Engine.Model.Device, 0), (device.Model, device.Device, device.Running));
        Assert.Equal(reader.Tokens.Count, device.Generated - before.Details!.Devices[0].Generated);
        Assert.True(device.LastPassTokens > 0 && device.Carried >= device.Passes && device.Passes > 0, device.ToString());
        // The scripted reply repeats its question: the conversation guesses it.
        var (was, context) = (Of(before, "context"), Of(after, "context"));
        Assert.True(context.Accepted > was.Accepted, $"{was}, then {context}");
        Assert.True(context.Drafted - was.Drafted >= context.Accepted - was.Accepted, $"{was}, then {context}");
    }

    private async Task<NodeDescription> DescribeAsync() => Assert.Single((await cluster.Grains.GetGrain<IClusterGrain>(0).Describe()).Nodes);

    private static SourceDescription Of(NodeDescription node, string source) =>
        node.Details!.Sources.FirstOrDefault(one => one.Source == source) ?? new SourceDescription(source, 0, 0);
}
