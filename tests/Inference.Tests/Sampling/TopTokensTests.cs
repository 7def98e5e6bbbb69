using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Tests.Sampling;

public sealed class TopTokensTests
{
    [Theory]
    [InlineData(8, 8)]
    [InlineData(16, 8)]
    [InlineData(49, 3)]
    [InlineData(1000, 16)]
    public void Largest_logits_come_first_and_of_equal_ones_the_lowest_id(int vocabulary, int count)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            // Few distinct values, so that ties are everywhere.
            float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => random.Next(12) / 2f - 3)];
            var (tokens, shares) = (new int[count], new byte[count]);
            TopTokens.Select(logits, tokens, shares);

            int[] expected = [.. Enumerable.Range(0, vocabulary).OrderByDescending(token => logits[token]).ThenBy(token => token).Take(count)];
            Assert.True(expected.AsSpan().SequenceEqual(tokens), $"seed {seed}");
            var total = expected.Sum(token => Math.Exp(logits[token]));
            for (var place = 0; place < count; place++) Assert.Equal(255 * Math.Exp(logits[expected[place]]) / total, shares[place], tolerance: 0.51);
        }
    }
}
