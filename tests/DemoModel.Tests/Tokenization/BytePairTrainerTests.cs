using NGrammys.DemoModel.Tokenization;

namespace NGrammys.DemoModel.Tests.Tokenization;

public sealed class BytePairTrainerTests
{
    [Fact]
    public void Train_merges_the_most_frequent_pair_first()
    {
        var (vocabulary, merges) = BytePairTrainer.Train(["abab abab ab", "cd"], 260);
        Assert.Equal(("a", "b"), merges[0]);
        Assert.Equal("ab", vocabulary[256]);
        Assert.Contains("abab", vocabulary);
    }

    [Fact]
    public void Train_starts_with_all_bytes_and_keeps_to_the_size()
    {
        var (vocabulary, merges) = BytePairTrainer.Train(["the theme of the thesis"], 259);
        Assert.Equal(259, vocabulary.Count);
        Assert.Equal(3, merges.Count);
        Assert.Equal(256, vocabulary.Take(256).Distinct().Count());
        Assert.Distinct(vocabulary);
    }

    [Fact]
    public void Train_stops_where_nothing_repeats() => Assert.Empty(BytePairTrainer.Train(["abc"], 1000).Merges);

    [Fact]
    public void Train_never_merges_across_words()
    {
        var (vocabulary, _) = BytePairTrainer.Train([string.Concat(Enumerable.Repeat("File.ReadAllText ", 50))], 1000);
        Assert.Contains("ReadAllText", vocabulary);
        Assert.DoesNotContain(vocabulary, token => token.Length > 1 && token.Contains('.', StringComparison.Ordinal));
    }

    [Fact]
    public void Train_gives_the_same_for_texts_in_any_order()
    {
        string[] texts = ["one two three", "two three four", "three four five"];
        Assert.Equal(BytePairTrainer.Train(texts, 280).Merges, BytePairTrainer.Train([.. texts.Reverse()], 280).Merges);
    }

    [Fact]
    public void Byte_characters_are_those_of_GPT2()
    {
        Assert.Equal(256, BytePairTrainer.ByteCharacters.Distinct().Count());
        Assert.Equal('a', BytePairTrainer.ByteCharacters['a']);
        Assert.Equal('Ġ', BytePairTrainer.ByteCharacters[' ']);
        Assert.Equal('Ċ', BytePairTrainer.ByteCharacters['\n']);
    }
}
