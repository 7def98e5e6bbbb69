using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Gguf;

/// <summary>A tensor where it lies in a memory-mapped GGUF file.</summary>
internal sealed unsafe class GgufTensor(string name, int[] shape, BlockFormat format, nint address)
{
    /// <summary>Its name in the file.</summary>
    public string Name { get; } = name;

    /// <summary>Sizes of its dimensions, outermost first.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>Numbers in a row, the innermost dimension: whole blocks.</summary>
    public int RowLength => Shape[^1];

    /// <summary>Number of rows.</summary>
    public int Rows => Shape[..^1].Aggregate(1, (product, size) => product * size);

    /// <summary>Decodes a row.</summary>
    /// <exception cref="NGrammysException">A number is not finite.</exception>
    public void Read(int row, Span<float> values)
    {
        var bytes = RowLength / format.Values * format.Bytes;
        format.Read(new ReadOnlySpan<byte>((byte*)address + (long)row * bytes, bytes), values);
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) throw new NGrammysException($"Tensor '{Name}' holds numbers that are not finite; the file is damaged, download it again.");
        }
    }
}
