using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Sampling;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Sampling;

public sealed class ProbabilitiesTests
{
    [Fact]
    public void Processed_distributions_are_those_of_the_reference()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathOf("fixtures", "sampling", "cases.json")));
        var tolerance = file.RootElement.GetProperty("tolerance").GetDouble();
        var sampler = new TokenSampler();
        var cases = file.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal(120, cases.Count);
        for (var i = 0; i < cases.Count; i++)
        {
            var logits = Numbers<float>(cases[i], "logits");
            var expected = Numbers<double>(cases[i], "probabilities");
            var actual = new double[logits.Length];
            var counts = new TokenCounts(Numbers<int>(cases[i], "prompt"), Numbers<int>(cases[i], "generated"));
            sampler.Distribution(logits, Parameters(cases[i].GetProperty("parameters")), actual, new NodeContext { Counts = counts });
            for (var token = 0; token < logits.Length; token++)
            {
                Assert.True(Math.Abs(actual[token] - expected[token]) <= tolerance,
                    $"case {i}, token {token}: {actual[token]} instead of {expected[token]}; {cases[i].GetProperty("parameters")}");
            }
        }
    }

    private static T[] Numbers<T>(JsonElement element, string name) => element.GetProperty(name).Deserialize<T[]>()!;

    private static SamplingParameters Parameters(JsonElement element)
    {
        double Number(string name, double none) => element.TryGetProperty(name, out var value) ? value.GetDouble() : none;
        return new SamplingParameters
        {
            Temperature = Number("temperature", 1),
            TopK = (int)Number("top_k", 0),
            TopP = Number("top_p", 1),
            MinP = Number("min_p", 0),
            TypicalP = Number("typical_p", 1),
            RepetitionPenalty = Number("repetition_penalty", 1),
            PresencePenalty = Number("presence_penalty", 0),
            FrequencyPenalty = Number("frequency_penalty", 0),
            LogitBias = element.TryGetProperty("logit_bias", out var bias)
                ? [.. bias.EnumerateObject().Select(entry => new TokenBias(int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture), entry.Value.GetDouble()))]
                : [],
        };
    }
}
