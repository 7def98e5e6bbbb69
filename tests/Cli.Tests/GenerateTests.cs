using System.Text.Json;

namespace NGrammys.Cli.Tests;

public sealed class GenerateTests
{
    private const string Question = "<|user|>What does System.IO.File.ReadAllText do?<|assistant|>";

    [Fact]
    public async Task Speculation_changes_the_steps_and_not_one_token()
    {
        // Asked again, a question is answered in words that stand in the context already.
        var answer = (await GenerateAsync(Question)).GetProperty("text").GetString();
        var again = $"{Question}{answer}<|end|>{Question}";
        var plain = await GenerateAsync(again, "--speculation", "off");
        var speculated = await GenerateAsync(again, "--speculation", "auto");
        var capped = await GenerateAsync(again, "--speculation", "4");
        Assert.Equal(Tokens(plain), Tokens(speculated));
        Assert.Equal(Tokens(plain), Tokens(capped));
        Assert.Equal(Tokens(plain).Length, plain.GetProperty("steps").GetInt32());
        Assert.Equal(0, plain.GetProperty("drafted").GetInt32());
        Assert.True(speculated.GetProperty("steps").GetInt32() < Tokens(speculated).Length, speculated.ToString());
        Assert.Equal(plain.GetProperty("text").GetString(), speculated.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Equal_seeds_sample_equal_replies_and_others_do_not()
    {
        var one = await GenerateAsync(Question, "--temperature", "6", "--seed", "7", "--speculation", "off");
        var two = await GenerateAsync(Question, "--temperature", "6", "--seed", "7");
        var other = await GenerateAsync(Question, "--temperature", "6", "--seed", "8");
        Assert.Equal(Tokens(one), Tokens(two));
        Assert.NotEqual(Tokens(one), Tokens(other));
    }

    [Theory]
    [InlineData("There is no model folder", "--model", "/nonexistent", "--prompt", "x")]
    [InlineData("Give either --prompt", "--max-tokens", "5")]
    [InlineData("Give either --prompt", "--prompt", "x", "--prompt-ids", "1")]
    [InlineData("is no token id", "--prompt-ids", "1,two")]
    [InlineData("outside the vocabulary", "--prompt-ids", "1,99999999")]
    [InlineData("--speculation perhaps", "--prompt", "x", "--speculation", "perhaps")]
    [InlineData("no device 'tpu'", "--prompt", "x", "--device", "tpu")]
    [InlineData("no data type 'int3'", "--prompt", "x", "--dtype", "int3")]
    [InlineData("temperature", "--prompt", "x", "--temperature", "-1")]
    [InlineData("allowed", "--prompt", "x", "--max-tokens", "0")]
    public async Task Bad_input_is_one_line_on_standard_error(string words, params string[] arguments)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["generate", .. arguments]);
        Assert.Equal(1, code);
        Assert.Equal("", output);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_is_refused()
    {
        var (code, _, errors) = await NgrammysProcess.RunAsync(["generate", "--prompt", string.Concat(Enumerable.Repeat("word after word ", 3000))]);
        Assert.Equal(1, code);
        Assert.Contains("context", errors, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> GenerateAsync(string prompt, params string[] arguments)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(
            ["generate", "--prompt", "<|begin|>" + prompt, "--max-tokens", "60", "--json", .. arguments]);
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    private static int[] Tokens(JsonElement reply) => [.. reply.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];
}
