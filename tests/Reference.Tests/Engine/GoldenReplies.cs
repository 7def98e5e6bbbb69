using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Engine;

/// <summary>Whole replies of real models, speculated or not, on either executor.</summary>
internal static class GoldenReplies
{
    // Sixteen real prompts are read before the first of them is answered.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The greedy ids behind a prompt.</summary>
    public static Task<(int[] Tokens, int Steps)> GenerateAsync(EngineFixture fixture, int[] prompt, int count, bool speculate) =>
        GenerateAsync(fixture, prompt, count, speculate ? new HonestDrafts(prompt).Next : null);

    /// <summary>The greedy ids behind a prompt, with drafts of the caller's.</summary>
    public static async Task<(int[] Tokens, int Steps)> GenerateAsync(EngineFixture fixture, int[] prompt, int count, Func<List<int>, DraftNode[]>? draft)
    {
        var steps = await fixture.RunAsync(EngineFixture.Request(prompt, count) with { ExpectsDrafts = draft is not null }, draft, Patience);
        return ([.. steps.SelectMany(step => step.Tokens)], steps.Count);
    }

    public static EngineFixture Open(string path, string device, int kvRows)
    {
        using var folder = ModelFolder.Open(path);
        return new EngineFixture(Executor(folder, device, kvRows), folder.Decoder.VocabularySize, folder.Decoder.ContextLength);
    }

    public static int[] Ints(this JsonElement element) => [.. element.EnumerateArray().Select(item => item.GetInt32())];

    private static IForwardExecutor Executor(ModelFolder folder, string device, int kvRows)
    {
        if (device == "cpu") return new CpuExecutor(folder.Decoder, folder.Weights, DataType.Float32, kvRows);
        TorchLibrary.Load();
        return new TorchExecutor(folder.Decoder, folder.Weights, DataType.Float32, kvRows, device);
    }
}
