using System.Buffers.Binary;
using NGrammys.Inference.Gguf;

namespace NGrammys.Inference.Tests.Gguf;

public sealed class BlockFormatTests
{
    private static readonly byte[] Half2 = Half(2), Half3 = Half(3);

    [Fact]
    public void Plain_numbers_are_what_they_are()
    {
        Assert.Equal([1.5f], Read(0, BitConverter.GetBytes(1.5f)));
        Assert.Equal([2f], Read(1, Half2));
        Assert.Equal([-1f], Read(30, [0x80, 0xBF]));
    }

    [Fact]
    public void Nibbles_are_the_first_half_below_the_second()
    {
        byte[] nibbles = [.. Enumerable.Range(0, 16).Select(i => (byte)(i | (15 - i) << 4))];
        int[] expected = [.. Enumerable.Range(0, 16), .. Enumerable.Range(0, 16).Reverse()];
        Assert.Equal(expected.Select(q => 2f * (q - 8)), Read(2, [.. Half2, .. nibbles]));
        Assert.Equal(expected.Select(q => 2f * q + 3), Read(3, [.. Half2, .. Half3, .. nibbles]));
        // All fifth bits set.
        byte[] fifth = [255, 255, 255, 255];
        Assert.Equal(expected.Select(q => 2f * (q + 16 - 16)), Read(6, [.. Half2, .. fifth, .. nibbles]));
        Assert.Equal(expected.Select(q => 2f * (q + 16) + 3), Read(7, [.. Half2, .. Half3, .. fifth, .. nibbles]));
    }

    [Fact]
    public void A_negative_scale_leaves_a_negative_zero_as_the_reference_does() =>
        Assert.All(Read(2, [.. Half(-1), .. Enumerable.Repeat((byte)0x88, 16)]), value => Assert.True(float.IsNegative(value)));

    [Fact]
    public void Bytes_are_signed() =>
        Assert.Equal(Enumerable.Range(-16, 32).Select(q => 3f * q), Read(8, [.. Half3, .. Enumerable.Range(-16, 32).Select(q => (byte)(sbyte)q)]));

    [Fact]
    public void Groups_of_a_super_block_have_scales_of_their_own()
    {
        // Scales 1 to 8 and minima 8 to 1 of groups 0 to 7, in twelve bytes.
        byte[] packed = [1, 2, 3, 4, 8, 7, 6, 5, 5 | 4 << 4, 6 | 3 << 4, 7 | 2 << 4, 8 | 1 << 4];
        byte[] nibbles = [.. Enumerable.Repeat((byte)0x95, 128)];
        var expected = (int fifth) => Enumerable.Range(0, 256).Select(i => 2f * (i / 32 + 1) * ((i / 32 % 2 == 0 ? 5 : 9) + fifth) - 3f * (8 - i / 32));
        Assert.Equal(expected(0), Read(12, [.. Half2, .. Half3, .. packed, .. nibbles]));
        Assert.Equal(expected(16), Read(13, [.. Half2, .. Half3, .. packed, .. Enumerable.Repeat((byte)255, 32), .. nibbles]));
        byte[] scales = [.. Enumerable.Range(-8, 16).Select(scale => (byte)(sbyte)scale)];
        Assert.Equal(
            Enumerable.Range(0, 256).Select(i => 2f * (i / 16 - 8) * ((i % 128 < 64 ? 5 : 9) + 48 - 32)),
            Read(14, [.. nibbles, .. Enumerable.Repeat((byte)255, 64), .. scales, .. Half2]));
    }

    [Fact]
    public void Formats_that_are_not_known_are_none() => Assert.Null(BlockFormat.Of(10));

    private static float[] Read(uint type, byte[] block)
    {
        var format = BlockFormat.Of(type)!;
        Assert.Equal(format.Bytes, block.Length);
        var values = new float[format.Values];
        format.Read(block, values);
        return values;
    }

    private static byte[] Half(float value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
        return bytes;
    }
}
