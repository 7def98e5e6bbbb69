using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Tests.Sampling;

public sealed class TokenSamplerTests
{
    private const int Draws = 40_000;
    private readonly TokenSampler _sampler = new();

    [Fact]
    public void Greedy_takes_the_largest_and_of_equals_the_first() =>
        Assert.Equal(1, _sampler.Sample([0, 3, 1, 3], SamplingParameters.Greedy, 0, 0));

    [Fact]
    public void The_largest_is_found_in_any_number_of_logits_whatever_they_are()
    {
        float[] values = [0, -0f, 1, 2, 2, -5, float.NegativeInfinity, float.NaN];
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var logits = Enumerable.Range(0, random.Next(1, 70)).Select(_ => values[random.Next(values.Length)]).ToArray();
            var expected = 0;
            for (var i = 1; i < logits.Length; i++)
            {
                if (logits[i] > logits[expected]) expected = i;
            }

            Assert.True(expected == TokenSampler.ArgMax(logits), $"seed {seed}: {string.Join(' ', logits)}");
        }
    }

    [Theory]
    [InlineData(1.0, 0, 1.0)]
    [InlineData(0.5, 0, 1.0)]
    [InlineData(2.0, 3, 1.0)]
    [InlineData(1.0, 0, 0.8)]
    [InlineData(0.7, 4, 0.9)]
    public void Samples_follow_the_distribution(double temperature, int topK, double topP)
    {
        float[] logits = [1.5f, -0.5f, 2.5f, 0.3f, 2.4f, -4];
        var expected = Probabilities(logits, temperature, topK, topP);
        var counts = new double[logits.Length];
        var sampling = new SamplingParameters { Temperature = temperature, TopK = topK, TopP = topP, Seed = 99 };
        for (var position = 0; position < Draws; position++) counts[_sampler.Sample(logits, sampling, 0, position)]++;
        for (var token = 0; token < logits.Length; token++)
        {
            // Six standard deviations: a seed that fails is a bug.
            var deviation = 6 * Math.Sqrt(expected[token] * (1 - expected[token]) / Draws) + 1e-12;
            Assert.InRange(counts[token] / Draws, expected[token] - deviation, expected[token] + deviation);
        }
    }

    [Fact]
    public void A_token_is_a_function_of_seed_choice_and_position()
    {
        var random = new Random(3);
        var logits = Enumerable.Range(0, 5000).Select(_ => (float)random.NextDouble() * 8).ToArray();
        var sampling = new SamplingParameters { Temperature = 1, Seed = 4 };
        var reply = Enumerable.Range(0, 50).Select(position => _sampler.Sample(logits, sampling, 0, position)).ToArray();
        Assert.Equal(reply, Enumerable.Range(0, 50).Select(position => new TokenSampler().Sample(logits, sampling, 0, position)));
        Assert.NotEqual(reply, Enumerable.Range(0, 50).Select(position => _sampler.Sample(logits, sampling, 1, position)));
        Assert.NotEqual(reply, Enumerable.Range(0, 50).Select(position => _sampler.Sample(logits, sampling with { Seed = 5 }, 0, position)));
    }

    [Fact]
    public void The_short_cut_over_a_large_vocabulary_takes_the_same_token_as_the_long_way()
    {
        var random = new Random(8);
        var logits = new float[3000];
        for (var round = 0; round < 200; round++)
        {
            for (var i = 0; i < logits.Length; i++) logits[i] = (float)(random.NextDouble() * 12);
            var noise = new GumbelNoise(7, 0, round);
            var expected = Enumerable.Range(0, logits.Length).MaxBy(token => logits[token] / 0.8 + GumbelNoise.FromUniform(noise.Uniform(token)));
            Assert.Equal(expected, _sampler.Sample(logits, new SamplingParameters { Temperature = 0.8, Seed = 7 }, 0, round));
        }
    }

    private static double[] Probabilities(float[] logits, double temperature, int topK, double topP)
    {
        var order = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ToList();
        if (topK > 0) order = order.Take(topK).ToList();
        var mass = order.Sum(token => Math.Exp(logits[token] / temperature));
        var kept = new List<int>();
        var sum = 0.0;
        foreach (var token in order)
        {
            if (sum >= topP) break;
            kept.Add(token);
            sum += Math.Exp(logits[token] / temperature) / mass;
        }

        var total = kept.Sum(token => Math.Exp(logits[token] / temperature));
        return [.. Enumerable.Range(0, logits.Length).Select(token => kept.Contains(token) ? Math.Exp(logits[token] / temperature) / total : 0)];
    }
}
