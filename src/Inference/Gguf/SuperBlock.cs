namespace NGrammys.Inference.Gguf;

/// <summary>The "K" formats of GGUF: 256 values in eight or sixteen groups, whose scales (and minima) are small integers times one number each.</summary>
internal static class SuperBlock
{
    /// <summary>Q4_K: scale, minimum scale, 12 bytes of six-bit scales and minima, 128 bytes of nibbles.</summary>
    public static void Read4(ReadOnlySpan<byte> block, Span<float> values)
    {
        for (var group = 0; group < 8; group++)
        {
            var (scale, minimum) = Scale(block, group);
            var nibbles = block.Slice(16 + 32 * (group / 2), 32);
            for (var i = 0; i < 32; i++) values[32 * group + i] = scale * (nibbles[i] >> 4 * (group & 1) & 15) - minimum;
        }
    }

    /// <summary>Q5_K: as Q4_K, with 32 bytes before the nibbles of which bit g is the fifth bit of group g.</summary>
    public static void Read5(ReadOnlySpan<byte> block, Span<float> values)
    {
        for (var group = 0; group < 8; group++)
        {
            var (scale, minimum) = Scale(block, group);
            var nibbles = block.Slice(48 + 32 * (group / 2), 32);
            for (var i = 0; i < 32; i++)
                values[32 * group + i] = scale * (nibbles[i] >> 4 * (group & 1) & 15 | (block[16 + i] >> group & 1) << 4) - minimum;
        }
    }

    /// <summary>Q6_K: 128 bytes of nibbles, 64 bytes of upper bit pairs, 16 signed scales, the scale of the scales.</summary>
    public static void Read6(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = BlockFormat.Half(block[208..]);
        for (var i = 0; i < 256; i++)
        {
            var (half, quarter, place) = (i / 128, i / 32 % 4, i % 32);
            var nibble = block[64 * half + 32 * (quarter % 2) + place] >> 4 * (quarter / 2) & 15;
            var upper = block[128 + 32 * half + place] >> 2 * quarter & 3;
            values[i] = scale * (sbyte)block[192 + i / 16] * ((nibble | upper << 4) - 32);
        }
    }

    // Twelve bytes: six bits of scale and minimum of groups 0 to 3 in the first eight, whose upper bit pairs complete the nibbles of groups 4 to 7.
    private static (float Scale, float Minimum) Scale(ReadOnlySpan<byte> block, int group)
    {
        var packed = block.Slice(4, 12);
        var (scale, minimum) = group < 4
            ? (packed[group] & 63, packed[group + 4] & 63)
            : (packed[group + 4] & 15 | packed[group - 4] >> 6 << 4, packed[group + 4] >> 4 | packed[group] >> 6 << 4);
        return (BlockFormat.Half(block) * scale, BlockFormat.Half(block[2..]) * minimum);
    }
}
