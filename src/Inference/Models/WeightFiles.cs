using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>The weights of a model folder: model.safetensors, or the shards that model.safetensors.index.json names.</summary>
public sealed class WeightFiles : IWeightSource, IDisposable
{
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, StoredTensor> _tensors = [];
    private readonly string _folder;

    /// <summary>Opens all weight files of a folder.</summary>
    /// <exception cref="NGrammysException">A file is missing or invalid.</exception>
    public WeightFiles(string folder)
    {
        _folder = folder;
        try
        {
            foreach (var path in Paths(folder))
            {
                var file = SafetensorsFile.Open(path);
                _files.Add(file);
                foreach (var (name, tensor) in file.Tensors)
                {
                    if (!_tensors.TryAdd(name, tensor))
                        throw new NGrammysException($"'{path}': tensor '{name}' stands in another shard too; download the model again.");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public StoredTensor Get(string name, params int[] shape)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
            throw new NGrammysException($"The weights in '{_folder}' lack tensor '{name}'; config.json and weights do not belong together.");
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new NGrammysException($"Tensor '{name}' in '{_folder}' has shape [{string.Join(", ", tensor.Shape)}] where config.json asks for "
                + $"[{string.Join(", ", shape)}]; config.json and weights do not belong together.");
        }

        return tensor;
    }

    /// <summary>Unmaps the files.</summary>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    /// <summary>The weight files of a folder, in a fixed order.</summary>
    public static IReadOnlyList<string> Paths(string folder)
    {
        var single = Path.Combine(folder, "model.safetensors");
        var index = single + ".index.json";
        if (!File.Exists(index)) return [single];
        using var json = JsonFile.Read(index);
        if (!json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != System.Text.Json.JsonValueKind.Object)
            throw new NGrammysException($"'{index}' has no weight_map; download the model again.");
        var names = map.EnumerateObject().Select(entry => entry.Value.ToString()).Distinct().Order(StringComparer.Ordinal).ToList();
        if (names.Find(name => name != Path.GetFileName(name)) is { } outside)
            throw new NGrammysException($"'{index}' names '{outside}', which lies outside the model folder; do not use this model.");
        return [.. names.Select(name => Path.Combine(folder, name))];
    }
}
