using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Bigrams;

/// <summary>Where a model's unigram table lies: beside its bigram table, under the hash of what it was computed from.</summary>
public static class UnigramFile
{
    /// <summary>Path of the table of a model.</summary>
    public static string PathOf(ModelFolder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Path.Combine(model.Path, $"ngrammys-{model.Fingerprint(DataType.Float32)[..16]}.unigram");
    }

    /// <summary>Reads the table of a model; null if there is none.</summary>
    /// <exception cref="NGrammysException">The file is damaged.</exception>
    public static ModelUnigram? Find(ModelFolder model)
    {
        var path = PathOf(model);
        if (!File.Exists(path)) return null;
        try
        {
            using var stream = File.OpenRead(path);
            return ModelUnigram.Load(stream, model.Decoder.VocabularySize);
        }
        catch (InvalidDataException e)
        {
            throw new NGrammysException($"'{path}': {e.Message} Delete it, and build it again with ngrammys model warm.", e);
        }
    }

    /// <summary>Writes the table of a model, whole or not at all.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static string Save(ModelFolder model, ModelUnigram unigram)
    {
        ArgumentNullException.ThrowIfNull(unigram);
        var path = PathOf(model);
        var partial = path + ".partial";
        using (var stream = File.Create(partial)) unigram.Save(stream);
        File.Move(partial, path, overwrite: true);
        return path;
    }
}
