using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu.Weights;

/// <summary>Norm weights or biases as float32, zero-padded to whole lanes. Never rounded: they weigh nothing beside the matrices.</summary>
internal sealed unsafe class PackedVector : IDisposable
{
    private readonly AlignedMemory _memory;

    public PackedVector(ReadOnlySpan<float> values)
    {
        Count = values.Length;
        _memory = new AlignedMemory((Count + PackedMatrix.Lanes - 1L) / PackedMatrix.Lanes * PackedMatrix.Lanes * sizeof(float));
        values.CopyTo(new Span<float>(_memory.Floats, Count));
    }

    /// <summary>Elements without padding.</summary>
    public int Count { get; }

    /// <summary>The first element.</summary>
    public float* Values => _memory.Floats;

    /// <summary>(tensor + offset) * scale; null for null.</summary>
    public static PackedVector? Create(StoredTensor? tensor, float offset = 0, float scale = 1) =>
        tensor is null ? null : new PackedVector(Array.ConvertAll(tensor.ToArray(), value => (value + offset) * scale));

    public void Dispose() => _memory.Dispose();
}
