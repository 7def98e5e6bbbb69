using System.Diagnostics;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

public sealed class BytePairMergerTests(ITestOutputHelper output)
{
    [Fact]
    public void Merge_gives_what_the_definition_gives()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TokenizerFolder();
        for (var i = 0; i < 100; i++)
        {
            var merges = Merges(random);
            var tokenizer = folder.Load(TokenizerFolder.ByteLevel(merges));
            var word = string.Concat(Enumerable.Range(0, random.Next(1, 80)).Select(_ => (char)random.Next('a', 'd')));

            Assert.Equal(Definition(word, merges), tokenizer.Encode(word, false, false).Select(id => tokenizer.Decode([id], false)));
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("ab")]
    public void Encode_of_one_endless_word_takes_time_in_proportion(string word)
    {
        using var folder = new TokenizerFolder();
        var byteLevel = folder.Load(TokenizerFolder.ByteLevel(["a a", "aa aa", "Ġ Ġ", "ĠĠ ĠĠ", "a b", "ab ab"]));
        using var other = new TokenizerFolder();
        var fallback = other.Load(TokenizerFolder.ByteFallback("▁ab", ["a a", "aa aa", "▁ ▁", "▁▁ ▁▁", "a b", "ab ab"]));
        foreach (var tokenizer in (Tokenizer[])[byteLevel, fallback])
        {
            Seconds(tokenizer, word, 100_000);
            var ratio = Enumerable.Range(0, 5).Min(_ => Seconds(tokenizer, word, 100_000) / Seconds(tokenizer, word, 12_500));

            // Eight times the length: eight times the time, or a little more. The square would be 64.
            Assert.True(ratio < 24, $"eight times the length took {ratio:f1} times as long");
        }
    }

    private static double Seconds(Tokenizer tokenizer, string word, int length)
    {
        var text = string.Concat(Enumerable.Repeat(word, length / word.Length));
        var start = Stopwatch.GetTimestamp();
        tokenizer.Encode(text, addSpecial: false, parseSpecial: true);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string[] Merges(Random random)
    {
        var (merges, known) = (new List<string>(), new List<string> { "a", "b", "c" });
        for (var i = 0; i < 12; i++)
        {
            var (left, right) = (known[random.Next(known.Count)], known[random.Next(known.Count)]);
            if (known.Contains(left + right)) continue;
            merges.Add($"{left} {right}");
            known.Add(left + right);
        }

        return [.. merges];
    }

    // Of all neighbours that are a listed merge, the first of the best listed one merges; again and again.
    private static List<string> Definition(string word, string[] merges)
    {
        var parts = word.Select(c => c.ToString()).ToList();
        while (true)
        {
            var best = Enumerable.Range(0, parts.Count - 1).Select(i => (Rank: Array.IndexOf(merges, $"{parts[i]} {parts[i + 1]}"), At: i))
                .Where(pair => pair.Rank >= 0).Order().FirstOrDefault((-1, -1));
            if (best.Item2 < 0) return parts;
            parts[best.Item2] += parts[best.Item2 + 1];
            parts.RemoveAt(best.Item2 + 1);
        }
    }
}
