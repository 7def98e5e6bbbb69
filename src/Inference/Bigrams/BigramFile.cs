using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Bigrams;

/// <summary>Where a model's bigram table lies: beside the model, under the hash of what it was computed from, so that no other model's is ever taken for it.</summary>
public static class BigramFile
{
    /// <summary>What stands before each token: a line break, behind the beginning of the sequence where the tokenizer writes one.</summary>
    /// <remarks>Models treat the first token of all as something else than a word. The figures are in benchmarks/README.md.</remarks>
    public static int[] PrefixOf(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.Encode("\n", addSpecial: true, parseSpecial: false);
    }

    /// <summary>Path of the table of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefix">Tokens before each, see <see cref="PrefixOf"/>.</param>
    public static string PathOf(ModelFolder model, int[] prefix)
    {
        ArgumentNullException.ThrowIfNull(model);
        // The data type is left out: rounding moves hardly any token among the first few, and a draft need not be exact.
        return Path.Combine(model.Path, $"ngrammys-{model.Fingerprint(DataType.Float32)[..16]}{string.Concat(prefix.Select(token => $"-{token}"))}.bigram");
    }

    /// <summary>Reads the table of a model; null if there is none.</summary>
    /// <exception cref="NGrammysException">The file is damaged.</exception>
    public static ModelBigram? Find(ModelFolder model, int[] prefix)
    {
        var path = PathOf(model, prefix);
        if (!File.Exists(path)) return null;
        try
        {
            using var stream = File.OpenRead(path);
            return ModelBigram.Load(stream, model.Decoder.VocabularySize);
        }
        catch (InvalidDataException e)
        {
            throw new NGrammysException($"'{path}': {e.Message} Delete it, and build it again with ngrammys model warm.", e);
        }
    }

    /// <summary>Writes the table of a model, whole or not at all.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static string Save(ModelFolder model, int[] prefix, ModelBigram bigram)
    {
        ArgumentNullException.ThrowIfNull(bigram);
        var path = PathOf(model, prefix);
        var partial = path + ".partial";
        using (var stream = File.Create(partial)) bigram.Save(stream);
        File.Move(partial, path, overwrite: true);
        return path;
    }
}
