using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace NGrammys.Inference.Gguf;

/// <summary>Reads the header of a GGUF file from the front. Nothing is trusted: no count makes it allocate more than a few times what the file holds.</summary>
internal ref struct GgufReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    private readonly int Left => _data.Length - Position;

    /// <summary>A little-endian number.</summary>
    /// <exception cref="EndOfStreamException">The file ends before it.</exception>
    public T Read<T>()
        where T : unmanaged
        => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));

    /// <summary>A string: its length in bytes, then UTF-8.</summary>
    public string ReadText() => Strict.GetString(Take(Count(1)));

    /// <summary>A value of the metadata: string, bool, long or double, or an array of one of these.</summary>
    /// <exception cref="FormatException">It is of an unknown type, or an array of arrays.</exception>
    public object ReadValue()
    {
        var type = Read<uint>();
        if (type != 9) return ReadScalar(type);
        type = Read<uint>();
        var count = Count(SizeOf(type));
        return type switch
        {
            8 => ReadArray<string>(count, type),
            7 => ReadArray<bool>(count, type),
            6 or 12 => ReadArray<double>(count, type),
            _ => ReadArray<long>(count, type),
        };
    }

    /// <summary>A number of things of which each takes at least that many bytes.</summary>
    /// <exception cref="EndOfStreamException">So many cannot follow.</exception>
    public int Count(int size)
    {
        var count = Read<ulong>();
        return count <= (ulong)(Left / size) ? (int)count : throw new EndOfStreamException($"{count} things of {size} bytes or more do not fit into the {Left} bytes that follow");
    }

    private T[] ReadArray<T>(int count, uint type)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++) values[i] = (T)ReadScalar(type);
        return values;
    }

    private object ReadScalar(uint type) => type switch
    {
        0 => (long)Read<byte>(),
        1 => (long)Read<sbyte>(),
        2 => (long)Read<ushort>(),
        3 => (long)Read<short>(),
        4 => (long)Read<uint>(),
        5 => (long)Read<int>(),
        6 => (double)Read<float>(),
        7 => Read<byte>() != 0,
        8 => ReadText(),
        10 => checked((long)Read<ulong>()),
        11 => Read<long>(),
        12 => Read<double>(),
        _ => throw new FormatException($"there is no value type {type}"),
    };

    private static int SizeOf(uint type) => type switch
    {
        0 or 1 or 7 => 1,
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        8 or 10 or 11 or 12 => 8,
        _ => throw new FormatException($"there are no arrays of type {type}"),
    };

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left) throw new EndOfStreamException("it ends in the middle of its header");
        Position += count;
        return _data.Slice(Position - count, count);
    }
}
