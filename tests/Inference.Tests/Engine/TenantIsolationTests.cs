using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

/// <summary>Two tenants in the same passes: what one reads, says and drafts leaves no trace in what the other can see.</summary>
public sealed class TenantIsolationTests
{
    private const int Vocabulary = 60;

    private static readonly Func<IReadOnlyList<int>, int> Next = ScriptedExecutor.Language(Vocabulary, 7);
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 80).Select(i => i * 7 % Vocabulary)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Tokens_drafts_and_reuse_of_a_tenant_do_not_depend_on_another_s_text_or_drafts(int seed)
    {
        var neighbours = new (int[] Prompt, Func<List<int>, DraftNode[]> Draft)[]
        {
            // Whose guesses are all right, deep and sure of themselves,
            (Text(seed), context => Chain(context, 12, wrong: 0, 0.99f)),
            // sure of themselves and wrong,
            (Text(seed + 100), context => Chain(context, 12, wrong: 1, 0.99f)),
            // without hope,
            (Text(seed + 200), context => Chain(context, 1, wrong: 1, 0.001f)),
            // and who says the very same.
            ([.. Prompt], context => Mixed(new Random(context.Count * 31 + seed), context)),
        };
        List<StepResult>? expected = null;
        for (var i = 0; i < neighbours.Length; i++)
        {
            var found = await BesideAsync(neighbours[i].Prompt, neighbours[i].Draft, seed);
            Assert.Contains(found, step => step.Drafted > 0 && step.Tokens.Length <= step.Drafted);
            Assert.Contains(found, step => step.Tokens.Length > 1);
            expected ??= found;
            Assert.True(expected.Select(Seen).SequenceEqual(found.Select(Seen)),
                $"seed {seed}, neighbour {i}:\n{string.Join('\n', expected.Select(Seen))}\nbecame\n{string.Join('\n', found.Select(Seen))}");
        }
    }

    // While the clock stands still the engine waits for both, so that both are in every pass.
    private static async Task<List<StepResult>> BesideAsync(int[] prompt, Func<List<int>, DraftNode[]> draft, int seed)
    {
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 8000, Next), Vocabulary, time: new FakeTimeProvider());
        var decodes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var neighbour = EngineFixture.Request(prompt, 3000) with { Tenant = "neighbour" };
        var asked = 0;
        var running = fixture.RunAsync(neighbour, context =>
        {
            if (++asked == 3) decodes.SetResult();
            return draft(context);
        });
        await decodes.Task.For("the neighbour's third step");
        // For its first step nobody waits: a draft might be there or not.
        var steps = await fixture.RunAsync(EngineFixture.Request(Prompt, 80) with { Tenant = "tenant" },
            context => context.Count == Prompt.Length ? [] : Mixed(new Random(context.Count * 31 + seed), context));
        Assert.False(running.IsCompleted, "the neighbour's reply was too short");
        await fixture.Engine.CancelAsync(neighbour.Id);
        await running.For("the neighbour's end");
        return steps;
    }

    private static string Seen(StepResult step) =>
        $"{step.Position}: {string.Join(',', step.Tokens)} by {string.Join(',', step.Sources)} of {step.Drafted}, {step.Reused} reused";

    private static int[] Text(int seed)
    {
        var random = new Random(seed);
        return [.. Prompt.Select(_ => random.Next(Vocabulary))];
    }

    private static DraftNode[] Mixed(Random random, List<int> context) => Chain(context, random.Next(1, 7), random.Next(0, 7), 0.3f + 0.7f * random.NextSingle());

    /// <summary>A chain of guesses.</summary>
    /// <param name="context">What it follows.</param>
    /// <param name="length">Its nodes.</param>
    /// <param name="wrong">From which on they are wrong, counted from 1; 0 = none.</param>
    /// <param name="survival">Of each, given the one before.</param>
    private static DraftNode[] Chain(List<int> context, int length, int wrong, float survival)
    {
        var path = context.ToList();
        var (nodes, reached) = (new DraftNode[length], 1f);
        for (var i = 0; i < length; i++)
        {
            var right = Next(path);
            path.Add(wrong > 0 && i + 1 >= wrong ? (right + 1) % Vocabulary : right);
            nodes[i] = new DraftNode(path[^1], i - 1, 5, reached *= survival);
        }

        return nodes;
    }
}
