using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class StepPlanTests
{
    [Fact]
    public void Pack_takes_the_same_drafts_of_a_tenant_whatever_the_drafts_of_another_are_worth()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var perToken = random.NextDouble() / 4;
            var cost = new StepCost();
            for (var pass = 0; pass < 100; pass++) cost.Observe(1 + pass % 40, 1 + perToken * (1 + pass % 40));
            var (own, others) = (random.Next(1, 6), random.Next(1, 6));
            DraftNode[][] drafts = [.. Enumerable.Range(0, own).Select(_ => Chain(random, 1))];
            var alone = Taken(drafts, [.. Enumerable.Range(0, others).Select(_ => Array.Empty<DraftNode>())], cost);
            foreach (var largest in (float[])[0.05f, 0.5f, 1])
            {
                var beside = Taken(drafts, [.. Enumerable.Range(0, others).Select(_ => Chain(random, largest))], cost);
                Assert.True(alone.SequenceEqual(beside), $"seed {seed}: {string.Join(' ', alone)} alone, {string.Join(' ', beside)} beside drafts up to {largest}");
            }
        }
    }

    [Fact]
    public void Pack_splits_the_nodes_of_a_step_by_the_tenants_numbers_of_sequences()
    {
        DraftNode[] sure = [.. Enumerable.Range(0, Sequence.MaxDraftNodes).Select(i => new DraftNode(1, i - 1, 1, 1))];
        var (plan, free) = (new StepPlan(256, _ => []), new StepCost());
        for (var pass = 0; pass < 200; pass++) free.Observe(1 + pass % 40, 1);
        // Fifteen sequences of one tenant and five of another offer five times what a step may draft.
        plan.Pack([.. Enumerable.Range(0, 20).Select(i => Decoding(i < 15 ? "a" : "b", i, sure))], free);
        int Nodes(string tenant) => plan.Steps.Where(step => step.Sequence.Request.Tenant == tenant).Sum(step => step.Tokens.Count);
        Assert.Equal((192, 64), (Nodes("a"), Nodes("b")));
    }

    private static int[] Taken(DraftNode[][] own, DraftNode[][] others, StepCost cost)
    {
        var plan = new StepPlan(256, _ => []);
        plan.Pack([.. own.Select((draft, i) => Decoding("own", i, draft)), .. others.Select((draft, i) => Decoding("other", own.Length + i, draft))], cost);
        return [.. plan.Steps.Take(own.Length).Select(step => step.Tokens.Count)];
    }

    private static DraftNode[] Chain(Random random, float survival)
    {
        var nodes = new DraftNode[random.Next(Sequence.MaxDraftNodes)];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = new DraftNode(1, i - 1, 1, survival *= 0.5f + random.NextSingle() / 2);
        return nodes;
    }

    private static Sequence Decoding(string tenant, int index, DraftNode[] draft)
    {
        var sequence = new Sequence(new SequenceRequest { Id = Guid.NewGuid(), Tenant = tenant, Ids = [1, 2, 3], MaxTokens = 400 }, 1024)
        {
            Extent = new KvExtent(index * 1024, 1024),
            Cached = 2,
        };
        sequence.Verify(new VerifyRequest { Sequence = sequence.Request.Id, Position = 0, Draft = draft }, new TaskCompletionSource<VerifyResult>());
        return sequence;
    }
}
