using System.Buffers.Binary;

namespace NGrammys.Inference.Gguf;

/// <summary>A way in which GGUF stores weights: blocks of values that share their scales. Decoding gives the reference library's float32 values, bit for bit.</summary>
/// <remarks>Layouts: ggml-common.h of llama.cpp. Products and sums are rounded one by one, as there; a fused multiply-add would differ in the last bit.</remarks>
public sealed class BlockFormat
{
    // Adding it leaves negative zeros alone, too.
    private const float Nothing = float.NegativeZero;

    private static readonly Dictionary<uint, BlockFormat> Known = new BlockFormat[]
    {
        new(0, "F32", 1, 4, static (block, values) => values[0] = BinaryPrimitives.ReadSingleLittleEndian(block)),
        new(1, "F16", 1, 2, static (block, values) => values[0] = Half(block)),
        new(30, "BF16", 1, 2, static (block, values) => values[0] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(block) << 16)),
        new(2, "Q4_0", 32, 18, static (block, values) => Nibbles(Half(block), -8, Nothing, block[2..], values)),
        new(3, "Q4_1", 32, 20, static (block, values) => Nibbles(Half(block), 0, Half(block[2..]), block[4..], values)),
        new(6, "Q5_0", 32, 22, static (block, values) => FiveBits(Half(block), -16, Nothing, block[2..], values)),
        new(7, "Q5_1", 32, 24, static (block, values) => FiveBits(Half(block), 0, Half(block[2..]), block[4..], values)),
        new(8, "Q8_0", 32, 34, static (block, values) => Bytes8(Half(block), block[2..], values)),
        new(12, "Q4_K", 256, 144, SuperBlock.Read4),
        new(13, "Q5_K", 256, 176, SuperBlock.Read5),
        new(14, "Q6_K", 256, 210, SuperBlock.Read6),
    }.ToDictionary(format => format.Type);

    private readonly Decoder _decode;

    private BlockFormat(uint type, string name, int values, int bytes, Decoder decode) => (Type, Name, Values, Bytes, _decode) = (type, name, values, bytes, decode);

    private delegate void Decoder(ReadOnlySpan<byte> block, Span<float> values);

    /// <summary>Names of all known formats.</summary>
    public static IEnumerable<string> Names => Known.Values.Select(format => format.Name);

    /// <summary>Its number in a file.</summary>
    public uint Type { get; }

    /// <summary>Its name, such as Q4_K.</summary>
    public string Name { get; }

    /// <summary>Values of a block.</summary>
    public int Values { get; }

    /// <summary>Bytes of a block.</summary>
    public int Bytes { get; }

    /// <summary>The format of that number; null if it is not known here.</summary>
    public static BlockFormat? Of(uint type) => Known.GetValueOrDefault(type);

    /// <summary>Decodes whole blocks.</summary>
    /// <param name="blocks">A multiple of <see cref="Bytes"/>.</param>
    /// <param name="values">As many values as the blocks hold.</param>
    public void Read(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (var block = 0; block < values.Length / Values; block++) _decode(blocks.Slice(block * Bytes, Bytes), values.Slice(block * Values, Values));
    }

    internal static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    // The low halves of the bytes are the first sixteen values, the high halves the others.
    private static void Nibbles(float scale, int offset, float minimum, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (var i = 0; i < 16; i++)
        {
            values[i] = scale * ((bytes[i] & 15) + offset) + minimum;
            values[i + 16] = scale * ((bytes[i] >> 4) + offset) + minimum;
        }
    }

    // As above, and 32 fifth bits before them.
    private static void FiveBits(float scale, int offset, float minimum, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        var fifth = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        for (var i = 0; i < 16; i++)
        {
            values[i] = scale * ((bytes[4 + i] & 15 | (int)(fifth >> i & 1) << 4) + offset) + minimum;
            values[i + 16] = scale * ((bytes[4 + i] >> 4 | (int)(fifth >> i + 16 & 1) << 4) + offset) + minimum;
        }
    }

    private static void Bytes8(float scale, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (var i = 0; i < 32; i++) values[i] = scale * (sbyte)bytes[i];
    }
}
