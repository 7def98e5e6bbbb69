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

    [Fact]
    public async Task Each_of_several_replies_can_be_made_alone_and_tells_its_probabilities()
    {
        string[] sampled = ["--temperature", "3", "--seed", "5", "--logprobs", "2"];
        var several = await GenerateAsync(Question, [.. sampled, "--n", "3"]);
        var choices = several.GetProperty("choices").EnumerateArray().Select(Tokens).ToList();
        Assert.Equal(3, choices.Count);
        Assert.Equal(Tokens(await GenerateAsync(Question, sampled)), choices[0]);
        Assert.Equal(Tokens(several), choices[0]);
        Assert.NotEqual(choices[0], choices[1]);
        Assert.NotEqual(choices[1], choices[2]);
        var told = several.GetProperty("logprobs").EnumerateArray().ToList();
        Assert.Equal(choices[0], told.Select(token => token.GetProperty("token").GetInt32()));
        Assert.All(told, token => Assert.True(token.GetProperty("logprob").GetDouble() <= token.GetProperty("top")[0].GetProperty("logprob").GetDouble()));
    }

    [Fact]
    public async Task Biases_and_further_stop_tokens_reach_the_engine()
    {
        var plain = Tokens(await GenerateAsync(Question));
        var without = Tokens(await GenerateAsync(Question, "--logit-bias", $"{plain[0]}=-100"));
        Assert.DoesNotContain(plain[0], without);
        Assert.Equal(plain[..(Array.IndexOf(plain, plain[3]) + 1)], Tokens(await GenerateAsync(Question, "--stop-ids", $"{plain[3]}")));
    }

    [Fact]
    public async Task A_reply_is_held_to_a_format_with_and_without_speculation()
    {
        string[] format = ["--regex", "The method [a-zA-Z]{4,12} (reads|writes) [a-z ]{5,20}\\."];
        var plain = await GenerateAsync(Question, [.. format, "--speculation", "off"]);
        var speculated = await GenerateAsync(Question, format);
        Assert.Matches("^The method [a-zA-Z]{4,12} (reads|writes) [a-z ]{5,20}\\.$", plain.GetProperty("text").GetString()!);
        Assert.Equal(Tokens(plain), Tokens(speculated));
        Assert.True(speculated.GetProperty("steps").GetInt32() < plain.GetProperty("steps").GetInt32(), speculated.ToString());
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
    [InlineData("one of --json-schema", "--prompt", "x", "--json-mode", "--regex", "a")]
    [InlineData("refused at 'pattern'", "--prompt", "x", "--regex", "(")]
    [InlineData("--n 0", "--prompt", "x", "--n", "0")]
    [InlineData("no bias", "--prompt", "x", "--logit-bias", "15:3")]
    [InlineData("-100 to 100", "--prompt", "x", "--logit-bias", "15=200")]
    [InlineData("log probabilities", "--prompt", "x", "--logprobs", "21", "--json")]
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
