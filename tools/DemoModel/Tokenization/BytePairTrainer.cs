using System.Text;
using System.Text.RegularExpressions;

namespace NGrammys.DemoModel.Tokenization;

/// <summary>Learns a byte-level byte-pair encoding as GPT-2 defines it (Sennrich et al. 2016, Radford et al. 2019).</summary>
internal static partial class BytePairTrainer
{
    /// <summary>
    /// How GPT-2 cuts text into words before merging; no merge crosses a word. It is what "ByteLevel" with use_regex means in a
    /// tokenizer.json.
    /// </summary>
    public static Regex Words { get; } = WordPattern();

    /// <summary>The printable characters that stand for the 256 bytes.</summary>
    public static IReadOnlyList<char> ByteCharacters { get; } = MapBytes();

    /// <summary>Learns merges until the vocabulary has the wanted size or no pair occurs twice.</summary>
    /// <returns>The vocabulary (the 256 bytes first, then one entry a merge) and the merges in their order.</returns>
    public static (IReadOnlyList<string> Vocabulary, IReadOnlyList<(string Left, string Right)> Merges) Train(
        IEnumerable<string> texts, int vocabularySize)
    {
        var vocabulary = ByteCharacters.Order().Select(character => character.ToString()).ToList();
        var merges = new List<(string, string)>();
        var words = CountWords(texts);
        var counts = new Dictionary<(string Left, string Right), long>();
        var places = new Dictionary<(string Left, string Right), HashSet<Word>>();
        foreach (var word in words)
        {
            Count(word, 1);
        }
        while (vocabulary.Count < vocabularySize)
        {
            // Ties fall to the smaller pair, so that the same texts give the same vocabulary everywhere.
            var best = counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key.Left, StringComparer.Ordinal)
                .ThenBy(entry => entry.Key.Right, StringComparer.Ordinal).FirstOrDefault();
            if (best.Value < 2)
            {
                break;
            }
            merges.Add(best.Key);
            vocabulary.Add(best.Key.Left + best.Key.Right);
            foreach (var word in places[best.Key].ToArray())
            {
                Count(word, -1);
                word.Merge(best.Key);
                Count(word, 1);
            }
        }
        return (vocabulary, merges);

        void Count(Word word, int sign)
        {
            for (var i = 1; i < word.Symbols.Count; i++)
            {
                var pair = (word.Symbols[i - 1], word.Symbols[i]);
                var count = counts.GetValueOrDefault(pair) + sign * word.Count;
                if (count == 0)
                {
                    counts.Remove(pair);
                    places.Remove(pair);
                }
                else
                {
                    counts[pair] = count;
                    if (!places.TryGetValue(pair, out var holders))
                    {
                        places[pair] = holders = [];
                    }
                    holders.Add(word);
                }
            }
        }
    }

    private static List<Word> CountWords(IEnumerable<string> texts)
    {
        var counts = new Dictionary<string, long>();
        foreach (var text in texts)
        {
            foreach (var match in Words.EnumerateMatches(text))
            {
                var word = text.Substring(match.Index, match.Length);
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }
        return [.. counts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new Word(Spell(entry.Key), entry.Value))];
    }

    private static List<string> Spell(string word) => [.. Encoding.UTF8.GetBytes(word).Select(value => ByteCharacters[value].ToString())];

    // Printable Latin-1 stands for itself, everything else is moved behind it: GPT-2's table.
    private static char[] MapBytes()
    {
        var map = new char[256];
        var moved = 0;
        for (var value = 0; value < 256; value++)
        {
            map[value] = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value : (char)(256 + moved++);
        }
        return map;
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex WordPattern();

    private sealed class Word(List<string> symbols, long count)
    {
        public List<string> Symbols { get; } = symbols;

        public long Count { get; } = count;

        public void Merge((string Left, string Right) pair)
        {
            for (var i = 1; i < Symbols.Count; i++)
            {
                if (Symbols[i - 1] == pair.Left && Symbols[i] == pair.Right)
                {
                    Symbols[i - 1] += pair.Right;
                    Symbols.RemoveAt(i);
                }
            }
        }
    }
}
