using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Torch.Tests;

/// <summary>Every family on libtorch: drafted trees and plain decoding say the same, but where two tokens are so close that the order of a sum decides.</summary>
public sealed class SpeculationEqualityTests
{
    private const int Seed = 20_260_801;
    private const int Replies = 2;
    private const int PromptLength = 30;
    private const int ReplyLength = 16;
    private const int MaxNodes = 20;
    private const int RightNodes = 4;
    private const int Rows = 512;

    // The executor's logits are within 1e-4 of the reference, whatever the batch; three passes, and two logits that may move towards each other.
    private const float Close = 1e-3f;

    public static TheoryData<string> Families => [.. TinyFamilies.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Tokens_of_drafted_trees_are_those_of_plain_decoding(string family)
    {
        using var model = new TinyModel(TinyFamilies.Configuration(family), Seed);
        var vocabulary = model.Folder.Decoder.VocabularySize;
        using var fixture = new EngineFixture(Executor(model), vocabulary, model.Folder.Decoder.ContextLength, prefillChunk: 17);
        var random = new Random(Seed);
        var (accepted, same) = (0, 0);
        for (var reply = 0; reply < Replies; reply++)
        {
            int[] prompt = [.. Enumerable.Range(0, PromptLength).Select(_ => random.Next(vocabulary))];
            var request = EngineFixture.Request(prompt, ReplyLength);
            var plain = Said(await fixture.RunAsync(request));
            var drafts = new AdversarialDrafts(random, vocabulary, plain, MaxNodes);
            var steps = await fixture.RunAsync(request with { Id = Guid.NewGuid(), ExpectsDrafts = true }, context => Draft(context.Count - prompt.Length));
            var speculated = Said(steps);
            var at = plain.AsSpan().CommonPrefixLength(speculated);
            if (at < plain.Length || at < speculated.Length)
                Assert.InRange(Margin(model, [.. prompt, .. plain[..at]], plain[at], speculated[at]), 0, Close);
            same += at;
            accepted += steps.Sum(step => step.Sources.Count(source => source != 0));

            // Whatever comes, or the right chain.
            DraftNode[] Draft(int position) => random.Next(2) == 0
                ? drafts.Next(position)
                : [.. plain.Skip(position).Take(RightNodes).Select((token, i) => new DraftNode(token, i - 1, (byte)1, 1))];
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: {same} of {Replies * ReplyLength} tokens alike, {accepted} of them drafted");
        Assert.NotEqual(0, accepted);
        Assert.NotEqual(0, same);
    }

    private static TorchExecutor Executor(TinyModel model) => new(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, Rows, "torch-cpu");

    private static int[] Said(List<StepResult> steps) => [.. steps.SelectMany(step => step.Tokens)];

    // By how much one token is ahead of another behind a text read in one pass.
    private static float Margin(TinyModel model, int[] text, int token, int instead)
    {
        using var executor = Executor(model);
        var batch = new ForwardBatch();
        batch.BeginSlice(0, 0);
        for (var i = 0; i < text.Length; i++) batch.Add(text[i], i - 1, output: i == text.Length - 1);
        var logits = new float[model.Folder.Decoder.VocabularySize];
        executor.Forward(batch, logits);
        return Math.Abs(logits[token] - logits[instead]);
    }
}
