namespace NGrammys.Inference.Models;

/// <summary>A tensor where it lies: in a memory-mapped file, valid while its safetensors file is open.</summary>
public sealed unsafe class StoredTensor
{
    private readonly byte* _data;

    internal StoredTensor(string name, DataType type, int[] shape, byte* data, long length)
    {
        (Name, Type, Shape, Length) = (name, type, shape, length);
        _data = data;
    }

    /// <summary>Its name in the checkpoint.</summary>
    public string Name { get; }

    /// <summary>Its element type.</summary>
    public DataType Type { get; }

    /// <summary>Sizes of its dimensions, outermost first.</summary>
    public int[] Shape { get; }

    /// <summary>Size in bytes.</summary>
    public long Length { get; }

    /// <summary>Address of the first byte; aligned to the element size only if the file is.</summary>
    public nint Address => (nint)_data;

    /// <summary>The bytes of elements [first, first + count).</summary>
    public ReadOnlySpan<byte> Bytes(long first, int count)
    {
        var size = Type.Size();
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((first + count) * size, Length);
        return new ReadOnlySpan<byte>(_data + first * size, count * size);
    }

    /// <summary>Number of elements.</summary>
    public long Elements => Length / Type.Size();

    /// <summary>Rows [first, first + count) of a matrix as a tensor of its own, where they lie.</summary>
    public StoredTensor Rows(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Shape[0]);
        var bytes = Length / Shape[0];
        return new StoredTensor($"{Name}[{first}..{first + count}]", Type, [count, .. Shape[1..]], _data + first * bytes, count * bytes);
    }

    /// <summary>All elements as float32.</summary>
    public float[] ToArray()
    {
        var values = new float[Elements];
        Read(0, values);
        return values;
    }

    /// <summary>Elements [first, first + destination.Length) as float32; exact for every stored type.</summary>
    public void Read(long first, Span<float> destination)
    {
        var bytes = Bytes(first, destination.Length);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = Type switch
            {
                DataType.Float32 => BitConverter.ToSingle(bytes[(4 * i)..]),
                DataType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes[(2 * i)..]) << 16),
                _ => (float)BitConverter.ToHalf(bytes[(2 * i)..]),
            };
        }
    }
}
