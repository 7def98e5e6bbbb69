using System.Text.Json;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Engine;

public sealed class Stories260KTests
{
    private static readonly string Folder = SharedFolder.PathOf("models", "stories260K");

    [Theory]
    [InlineData("cpu", false)]
    [InlineData("cpu", true)]
    [InlineData("torch-cpu", false)]
    [InlineData("torch-cpu", true)]
    public async Task Greedy_ids_are_the_reference_s_speculated_or_not(string device, bool speculate)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "golden_logits.json")));
        using var fixture = GoldenReplies.Open(Folder, device, 4096);
        var prompts = golden.RootElement.GetProperty("golden").EnumerateArray().ToArray();
        Assert.NotEmpty(prompts);
        foreach (var prompt in prompts)
        {
            var expected = prompt.GetProperty("greedy_ids").Ints();
            var (tokens, steps) = await GoldenReplies.GenerateAsync(fixture, prompt.GetProperty("prompt_ids").Ints(), expected.Length, speculate);
            Assert.Equal(expected, tokens);
            Assert.True(speculate ? steps <= tokens.Length : steps == tokens.Length, $"{steps} steps for {tokens.Length} tokens");
        }
    }

    [Fact]
    public async Task A_repetitive_prompt_needs_visibly_fewer_steps()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "golden_logits.json")));
        var story = golden.RootElement.GetProperty("golden")[0].GetProperty("greedy_ids").Ints()[..80];
        int[] prompt = [1, .. story, 1, .. story[..20]];
        using var fixture = GoldenReplies.Open(Folder, "cpu", 4096);
        var plain = await GoldenReplies.GenerateAsync(fixture, prompt, 60, speculate: false);
        var speculated = await GoldenReplies.GenerateAsync(fixture, prompt, 60, speculate: true);
        Assert.Equal(plain.Tokens, speculated.Tokens);
        Assert.True(speculated.Steps <= 0.8 * plain.Steps, $"{speculated.Steps} steps instead of {plain.Steps}");
    }
}
