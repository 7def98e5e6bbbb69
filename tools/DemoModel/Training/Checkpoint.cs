using System.Text.Json;
using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.DemoModel.Training;

/// <summary>How far a training has come.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Seconds">Time they took.</param>
/// <param name="Tokens">Tokens read.</param>
internal sealed record Progress(int Step, double Seconds, long Tokens);

/// <summary>The state of a training on disk: one safetensors file and one of JSON.</summary>
internal sealed class Checkpoint(string folder)
{
    private string Weights => Path.Combine(folder, "checkpoint.safetensors");

    private string Counts => Path.Combine(folder, "checkpoint.json");

    /// <summary>Whether there is one.</summary>
    public bool Exists => File.Exists(Counts);

    /// <summary>Replaces the checkpoint; a crash leaves the one before.</summary>
    public void Save(IEnumerable<(string Name, Tensor Value)> tensors, Progress progress)
    {
        SafetensorsWriter.Write(Weights + ".new", [.. tensors.Select(entry => TensorBytes.Of(entry.Name, entry.Value))]);
        File.Move(Weights + ".new", Weights, overwrite: true);
        File.WriteAllText(Counts, JsonSerializer.Serialize(progress));
    }

    /// <summary>Overwrites the tensors with what was saved under their names.</summary>
    public Progress Load(IEnumerable<(string Name, Tensor Value)> tensors)
    {
        using var file = SafetensorsFile.Open(Weights);
        foreach (var (name, value) in tensors)
        {
            TensorBytes.Read(file.Tensors[name], value);
        }
        return JsonSerializer.Deserialize<Progress>(File.ReadAllText(Counts))!;
    }
}
