using System.Runtime.InteropServices;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu.Weights;

/// <summary>A weight matrix [outputs, inputs] laid out as the product reads it, one stream from front to back: [N / 3][K / 16][3][16], N and K zero-padded.</summary>
/// <remarks>bfloat16 stays as it is, since widening is exact; float16 becomes float32. int8 has one scale for each row, largest magnitude / 127.
/// Whole tensors below one another make one matrix.</remarks>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Rows of a tile: with eight columns, the most whose sums fit into 32 registers beside their operands.</summary>
    public const int TileRows = 3;

    /// <summary>Inputs of one step.</summary>
    public const int Lanes = 16;

    private readonly WeightMemory _memory;
    private readonly AlignedMemory? _scales;

    /// <summary>Packs tensors of equal width.</summary>
    /// <param name="arithmetic">bfloat16 rounds wider weights to the nearest, ties to even; int8 rounds all; float32 keeps what is stored.</param>
    /// <param name="tensors">Matrices [outputs, inputs], or one vector [inputs].</param>
    public PackedMatrix(DataType arithmetic, params ReadOnlySpan<StoredTensor> tensors)
    {
        Inputs = tensors[0].Shape[^1];
        foreach (var tensor in tensors)
        {
            if (tensor.Shape[^1] != Inputs) throw new ArgumentException($"'{tensor.Name}' is {tensor.Shape[^1]} wide, not {Inputs}.", nameof(tensors));
            Outputs += (int)(tensor.Elements / Inputs);
        }

        var narrow = true;
        foreach (var tensor in tensors) narrow &= tensor.Type == DataType.BFloat16;
        Type = arithmetic == DataType.Int8 ? DataType.Int8 : narrow || arithmetic == DataType.BFloat16 ? DataType.BFloat16 : DataType.Float32;
        Steps = (Inputs + Lanes - 1) / Lanes;
        Tiles = (Outputs + TileRows - 1) / TileRows;
        _memory = new WeightMemory(Tiles * TileBytes);
        if (Type == DataType.Int8) _scales = new AlignedMemory((long)Tiles * TileRows * sizeof(float));
        Pack(tensors.ToArray());
    }

    /// <summary>bfloat16, float32 or int8.</summary>
    public DataType Type { get; }

    /// <summary>N</summary>
    public int Outputs { get; }

    /// <summary>K</summary>
    public int Inputs { get; }

    /// <summary>K / 16, rounded up.</summary>
    public int Steps { get; }

    /// <summary>N / 3, rounded up.</summary>
    public int Tiles { get; }

    /// <summary>Bytes of three rows.</summary>
    public long TileBytes => (long)Steps * TileRows * Lanes * Type.Size();

    /// <summary>First byte of the packed weights.</summary>
    public byte* Address => _memory.Address;

    /// <summary>[N] what multiplies the sums of a row; for int8 alone.</summary>
    public float* Scales => _scales!.Floats;

    /// <summary>One row as float32, without its padding.</summary>
    public void ReadRow(int row, Span<float> destination)
    {
        for (var i = 0; i < Inputs; i++)
        {
            var at = ElementIndex(row, i);
            destination[i] = Type switch
            {
                DataType.Float32 => ((float*)Address)[at],
                DataType.Int8 => Scales[row] * ((sbyte*)Address)[at],
                _ => BitConverter.UInt32BitsToSingle((uint)((ushort*)Address)[at] << 16),
            };
        }
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        _scales?.Dispose();
    }

    private long ElementIndex(int row, int input) =>
        (((long)(row / TileRows) * Steps + input / Lanes) * TileRows + row % TileRows) * Lanes + input % Lanes;

    private void Pack(StoredTensor[] tensors)
    {
        var firstRow = 0;
        foreach (var tensor in tensors)
        {
            var (first, rows) = (firstRow, (int)(tensor.Elements / Inputs));
            Parallel.For(0, rows, () => new float[Inputs], (row, _, buffer) => PackRow(tensor, row, first + row, buffer), _ => { });
            firstRow += rows;
        }
    }

    private float[] PackRow(StoredTensor tensor, int row, int packedRow, float[] buffer)
    {
        var start = (long)row * Inputs;
        var copied = tensor.Type == DataType.BFloat16 && Type == DataType.BFloat16;
        var halves = copied ? MemoryMarshal.Cast<byte, ushort>(tensor.Bytes(start, Inputs)) : default;
        if (!copied) tensor.Read(start, buffer);
        if (Type == DataType.Int8)
        {
            Quantise(packedRow, buffer);
            return buffer;
        }

        for (var input = 0; input < Inputs; input += Lanes)
        {
            var count = Math.Min(Lanes, Inputs - input);
            var at = ElementIndex(packedRow, input);
            var destination = new Span<ushort>((ushort*)Address + at, count);
            if (copied) halves.Slice(input, count).CopyTo(destination);
            else if (Type == DataType.Float32) buffer.AsSpan(input, count).CopyTo(new Span<float>((float*)Address + at, count));
            else for (var i = 0; i < count; i++) destination[i] = Round(buffer[input + i]);
        }

        return buffer;
    }

    private void Quantise(int row, float[] values)
    {
        var largest = 0f;
        foreach (var value in values) largest = MathF.Max(largest, MathF.Abs(value));
        Scales[row] = largest / 127;
        if (largest == 0) return;
        for (var i = 0; i < values.Length; i++) ((sbyte*)Address)[ElementIndex(row, i)] = (sbyte)MathF.Round(values[i] / Scales[row]);
    }

    private static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
