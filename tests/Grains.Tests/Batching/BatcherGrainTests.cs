using System.Net;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Tests.Batching;

public sealed class BatcherGrainTests
{
    [Fact]
    public async Task A_batcher_lives_on_the_silo_that_its_key_names()
    {
        var cluster = new GrainCluster(TimeProvider.System, silos: 2);
        await using (cluster)
        {
            await cluster.InitializeAsync();
            Assert.Equal(2, cluster.Silos.Count);
            var management = cluster.Grains.GetGrain<IManagementGrain>(0);
            foreach (var silo in cluster.Silos)
            {
                var batcher = Batcher(cluster, silo);
                await batcher.Cancel(Guid.NewGuid());
                Assert.Equal(silo, await management.GetActivationAddress(batcher));
            }
        }
    }

    [Fact]
    public void A_key_reads_back()
    {
        var key = new BatcherKey(SiloAddress.New(IPAddress.Loopback, 11111, 7), 3);
        Assert.Equal(key, BatcherKey.Parse(key.ToString()));
    }

    internal static IBatcherGrain Batcher(GrainCluster cluster, SiloAddress silo) =>
        cluster.Grains.GetGrain<IBatcherGrain>(new BatcherKey(silo, 0).ToString());
}

public sealed class LostBatcherTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_batcher_of_a_silo_that_is_gone_says_so()
    {
        var gone = SiloAddress.New(IPAddress.Loopback, 1, 1);
        var error = await Assert.ThrowsAsync<SiloUnavailableException>(() => BatcherGrainTests.Batcher(cluster, gone).Cancel(Guid.NewGuid()));
        Assert.Contains("is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_model_names_as_likeliest_crosses_with_every_node()
    {
        cluster.Engine.Use(_ => 7);
        var batcher = BatcherGrainTests.Batcher(cluster, cluster.Silos[0]);
        var sequence = Guid.NewGuid();
        await batcher.Start(new SequenceStart
        {
            Sequence = sequence,
            Tenant = "tenant",
            Ids = [1, 2, 3],
            Position = 0,
            Choice = 0,
            Sampling = new SequenceSampling
            {
                Temperature = 0,
                TopK = 0,
                TopP = 1,
                MinP = 0,
                TypicalP = 1,
                RepetitionPenalty = 1,
                PresencePenalty = 0,
                FrequencyPenalty = 0,
                LogitBias = [],
                Seed = 1,
            },
            MaxTokens = 4000,
            StopTokens = [],
            ExpectsDrafts = true,
            TellsLikely = true,
        });
        // What is late for its step is left out of it; the engine does not run away from its owner for long.
        LikelyNext? likely = null;
        for (var position = 0; likely is not { Nodes.Length: > 0 };)
        {
            var result = await batcher.Verify(new VerificationRequest
            {
                Sequence = sequence,
                Position = position,
                Tokens = [7, 8],
                Parents = [-1, -1],
                Sources = [1, 1],
                Survival = [0.9f, 0.8f],
            });
            Assert.Null(result.Finish);
            likely = result.Steps[^1].Likely;
            position += result.Steps.Sum(step => step.Tokens.Length);
        }

        Assert.Equal([7, 8], likely.Nodes);
        Assert.Equal([-1, -1], likely.Parents);
        Assert.Equal(3 * LikelyTokens.Width, likely.Next.Length);
        Assert.Equal(likely.Next.Length, likely.Shares.Length);
        // Behind the root, the accepted node and the rejected one the scripted model says the same.
        for (var node = 0; node < 3; node++) Assert.Equal(7, likely.Next[node * LikelyTokens.Width]);
        await batcher.Cancel(sequence);
    }

    [Fact]
    public async Task Refusals_of_the_engine_arrive_typed()
    {
        var batcher = BatcherGrainTests.Batcher(cluster, cluster.Silos[0]);
        var error = await Assert.ThrowsAsync<BatcherException>(() => batcher.Verify(new VerificationRequest { Sequence = Guid.NewGuid(), Position = 0 }));
        Assert.Equal("UnknownSequence", error.Error);
        Assert.Contains("start it again", error.Message, StringComparison.Ordinal);
    }
}
