using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Engine;

public sealed class SmolLm2Tests
{
    // All of them take minutes; every eighth conversation covers each category.
    private const int Stride = 8;
    private const int Together = 16;
    private const int Vocabulary = 49_152;

    [Theory]
    [InlineData(DraftMode.Off)]
    [InlineData(DraftMode.Auto)]
    [InlineData(DraftMode.Adversarial)]
    public async Task Replies_are_the_reference_s_as_far_as_it_is_sure_of_them_speculated_or_not_sixteen_in_a_batch(DraftMode mode)
    {
        using var fixture = GoldenReplies.Open(await SmolLm2.FolderAsync(), "cpu", 40_000);
        var turns = File.ReadLines(SharedFolder.PathOf("data", "traces", "smollm2_135m.jsonl"))
            .Where((_, i) => i % Stride == 0)
            .SelectMany(conversation => JsonDocument.Parse(conversation).RootElement.GetProperty("turns").EnumerateArray())
            .ToList();
        Assert.NotEmpty(turns);
        var (tokens, steps) = (0, 0);
        foreach (var group in turns.Chunk(Together))
        {
            await Task.WhenAll(group.Select(async turn =>
            {
                var expected = turn.GetProperty("completion_ids").Ints()[..turn.GetProperty("exact_until").GetInt32()];
                var prompt = turn.GetProperty("prompt_ids").Ints();
                var reply = await GoldenReplies.GenerateAsync(fixture, prompt, expected.Length, Drafter(mode, prompt, expected));
                Assert.Equal(expected, reply.Tokens);
                Interlocked.Add(ref tokens, reply.Tokens.Length);
                Interlocked.Add(ref steps, reply.Steps);
            }));
        }

        Assert.True(mode == DraftMode.Off ? steps == tokens : steps < 0.9 * tokens, $"{steps} steps for {tokens} tokens");
        TestContext.Current.TestOutputHelper?.WriteLine($"{turns.Count} replies, {tokens} tokens in {steps} steps");
    }

    private static Func<List<int>, DraftNode[]>? Drafter(DraftMode mode, int[] prompt, int[] reply)
    {
        var adversary = new AdversarialDrafts(new Random(prompt.Length), Vocabulary, reply, maxNodes: 8);
        return mode switch
        {
            DraftMode.Off => null,
            DraftMode.Auto => new HonestDrafts(prompt).Next,
            _ => context => adversary.Next(context.Count - prompt.Length),
        };
    }
}
