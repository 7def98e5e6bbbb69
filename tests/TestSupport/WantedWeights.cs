using NGrammys.Inference.Models;

namespace NGrammys.TestSupport;

/// <summary>Notes the names and shapes of the tensors that a loader asks for, and answers with zeros.</summary>
internal sealed class WantedWeights : IWeightSource, IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly List<SafetensorsFile> _files = [];

    /// <summary>Shapes by name.</summary>
    public Dictionary<string, int[]> Shapes { get; } = [];

    /// <summary>As if every text model's tensors were there.</summary>
    public bool Has(string name) => name.StartsWith("model.", StringComparison.Ordinal) || name == "lm_head.weight";

    public StoredTensor Get(string name, params int[] shape)
    {
        Shapes[name] = shape;
        var zeros = new byte[shape.Aggregate(2, (product, dimension) => product * dimension)];
        SafetensorsWriter.Write(_path, [new(name, DataType.BFloat16, shape, zeros)]);
        _files.Add(SafetensorsFile.Open(_path));
        File.Delete(_path);
        return _files[^1].Tensors[name];
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());
}
