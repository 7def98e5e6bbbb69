using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Bigrams;

/// <summary>Where a model's bigram table lies: beside the model, under the hash of what it was computed from, so that no other model's is ever taken for it.</summary>
public static class BigramFile
{
    /// <summary>The token that stands before each: what the model's tokenizer puts before every text, if it does.</summary>
    public static int? FirstToken(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var special = tokenizer.Encode("", addSpecial: true, parseSpecial: false);
        return special.Length > 0 ? special[0] : null;
    }

    /// <summary>Path of the table of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="first">Token before each, see <see cref="BigramBuilder"/>.</param>
    public static string PathOf(ModelFolder model, int? first)
    {
        ArgumentNullException.ThrowIfNull(model);
        // The data type is left out: rounding moves hardly any token among the first few, and a draft need not be exact.
        return Path.Combine(model.Path, $"ngrammys-{model.Fingerprint(DataType.Float32)[..16]}{(first is null ? "" : $"-{first}")}.bigram");
    }

    /// <summary>Reads the table of a model; null if there is none.</summary>
    /// <exception cref="NGrammysException">The file is damaged.</exception>
    public static ModelBigram? Find(ModelFolder model, int? first)
    {
        var path = PathOf(model, first);
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
    public static string Save(ModelFolder model, int? first, ModelBigram bigram)
    {
        ArgumentNullException.ThrowIfNull(bigram);
        var path = PathOf(model, first);
        var partial = path + ".partial";
        using (var stream = File.Create(partial)) bigram.Save(stream);
        File.Move(partial, path, overwrite: true);
        return path;
    }
}
