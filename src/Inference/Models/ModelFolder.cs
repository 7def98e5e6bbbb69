using System.Security.Cryptography;
using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>A model as a Hugging Face folder: description, mapped weights, defaults. Keep it open while an executor is being built from it.</summary>
public sealed class ModelFolder : IDisposable
{
    private static readonly string[] TextFiles =
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "chat_template.jinja",
        "vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json",
    ];

    private readonly WeightFiles _files;

    private ModelFolder(string path, DecoderDescription decoder, GenerationDefaults defaults, WeightFiles files, DecoderWeights weights) =>
        (Path, Decoder, Defaults, _files, Weights) = (path, decoder, defaults, files, weights);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Name of the folder.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>The decoder as numbers.</summary>
    public DecoderDescription Decoder { get; }

    /// <summary>How replies end, how tokens are sampled unless a caller says otherwise.</summary>
    public GenerationDefaults Defaults { get; }

    /// <summary>The weights, where they lie.</summary>
    public DecoderWeights Weights { get; }

    /// <summary>Opens a folder and checks that its parts belong together.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="contextLength">Run with that many positions instead of the model's own number; null = the model's.</param>
    /// <exception cref="NGrammysException">Something is missing, corrupt or not supported.</exception>
    public static ModelFolder Open(string path, int? contextLength = null)
    {
        if (!Directory.Exists(path))
            throw new NGrammysException($"There is no model folder '{path}'; name a folder that holds config.json and safetensors weights.");
        var config = System.IO.Path.Combine(path, "config.json");
        var decoder = ModelConfiguration.Read(config, contextLength);
        var files = new WeightFiles(path);
        try
        {
            // Weights that carry their own output layer use it, whatever config.json says or leaves out.
            decoder = decoder with { TiedEmbeddings = decoder.TiedEmbeddings || WeightNames.Head(files) is null };
            return new ModelFolder(path, decoder, GenerationDefaults.Read(path), files, DecoderWeights.Map(decoder, config, files));
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Hash of everything that decides which tokens come out: the text files whole, of the weights their headers and sizes, and the arithmetic.</summary>
    public string Fingerprint(DataType arithmetic)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(arithmetic.ToString()));
        var vocabularies = Directory.EnumerateFiles(Path, "*.tiktoken").Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal);
        foreach (var name in TextFiles.Concat(vocabularies))
        {
            var file = System.IO.Path.Combine(Path, name);
            if (!File.Exists(file)) continue;
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        foreach (var tensor in Weights.All()) AppendSample(hash, tensor);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    /// <summary>Unmaps the weights.</summary>
    public void Dispose() => _files.Dispose();

    // Hashing gigabytes would cost a start-up of minutes; a few kilobytes of every tensor tell two checkpoints of one architecture apart.
    private static void AppendSample(IncrementalHash hash, StoredTensor tensor)
    {
        const int Sample = 512;
        hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}{tensor.Type}{string.Join(',', tensor.Shape)}"));
        var elements = tensor.Length / tensor.Type.Size();
        var count = (int)Math.Min(elements, Sample);
        for (var part = 0; part < 4; part++) hash.AppendData(tensor.Bytes((elements - count) * part / 3, count));
    }
}
