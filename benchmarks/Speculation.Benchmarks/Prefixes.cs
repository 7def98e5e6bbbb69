using NGrammys.Drafting;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Execution;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>Bigram tables with other tokens before each than those of <see cref="BigramFile.PrefixOf"/>: nothing, and the beginning of the sequence.</summary>
/// <param name="executor">Computes tables that are not there yet.</param>
/// <param name="vocabulary">Number of tokens, V.</param>
/// <param name="folder">Keeps them.</param>
/// <param name="fingerprint">Of the model.</param>
internal sealed class Prefixes(IForwardExecutor executor, int vocabulary, string folder, string fingerprint)
{
    private const int Alone = 16;

    /// <summary>The bigram alone and the paper's mixed strategy with each of the tables.</summary>
    /// <param name="beginning">The model's token for the beginning of a sequence.</param>
    /// <param name="used">The table of the product, for comparison.</param>
    public IEnumerable<IStrategy> Strategies(int beginning, ModelBigram used)
    {
        (string Name, ModelBigram Bigram)[] tables =
            [(" behind nothing", Table([])), ($" behind the beginning ({beginning})", Table([beginning])), (" as warmed", used)];
        foreach (var (name, bigram) in tables)
        {
            yield return new TreeStrategy($"bigram{name}", _ => [new BigramSource(bigram)], Alone);
            yield return new PaperStrategy(10, 10, bigram, name);
            yield return new PaperStrategy(5, 14, bigram, name);
        }
    }

    private ModelBigram Table(int[] prefix)
    {
        var path = Path.Combine(folder, $"{fingerprint[..16]}{string.Concat(prefix.Select(token => $"-{token}"))}.bigram");
        if (!File.Exists(path))
        {
            var built = BigramBuilder.Build(executor, vocabulary, prefix, done => Console.Error.Write($"\r{path}: {done} of {vocabulary} tokens"));
            using var file = File.Create(path);
            built.Save(file);
        }

        using var stream = File.OpenRead(path);
        return ModelBigram.Load(stream, vocabulary);
    }
}
