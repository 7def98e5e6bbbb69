using System.Runtime.CompilerServices;

namespace NGrammys.Inference.Cpu.Lanes;

/// <summary>Sixteen floats, one after the other: for machines without vectors that fuse, and what the others are held against.</summary>
internal unsafe struct LanesScalar : ILanes<LanesScalar>
{
    private const int Count = 16;

    private Sixteen _values;

    public static int RegisterColumns => 1;

    public static LanesScalar Load(float* source)
    {
        LanesScalar result = default;
        for (var i = 0; i < Count; i++) result._values[i] = source[i];
        return result;
    }

    public static LanesScalar Widen(ushort* source)
    {
        LanesScalar result = default;
        for (var i = 0; i < Count; i++) result._values[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
        return result;
    }

    public static LanesScalar Widen(sbyte* source)
    {
        LanesScalar result = default;
        for (var i = 0; i < Count; i++) result._values[i] = source[i];
        return result;
    }

    public static LanesScalar Create(float value)
    {
        LanesScalar result = default;
        for (var i = 0; i < Count; i++) result._values[i] = value;
        return result;
    }

    public static LanesScalar FusedMultiplyAdd(LanesScalar a, LanesScalar b, LanesScalar c)
    {
        for (var i = 0; i < Count; i++) c._values[i] = MathF.FusedMultiplyAdd(a._values[i], b._values[i], c._values[i]);
        return c;
    }

    public static LanesScalar Max(LanesScalar a, LanesScalar b)
    {
        for (var i = 0; i < Count; i++) a._values[i] = MathF.Max(a._values[i], b._values[i]);
        return a;
    }

    public static LanesScalar Scale(LanesScalar value, LanesScalar shifted)
    {
        for (var i = 0; i < Count; i++)
        {
            var bits = BitConverter.SingleToInt32Bits(value._values[i]) + (BitConverter.SingleToInt32Bits(shifted._values[i]) << 23);
            value._values[i] = BitConverter.Int32BitsToSingle(bits);
        }

        return value;
    }

    public static LanesScalar ZeroBelow(LanesScalar value, LanesScalar x, LanesScalar limit)
    {
        for (var i = 0; i < Count; i++) value._values[i] = x._values[i] >= limit._values[i] ? value._values[i] : 0;
        return value;
    }

    public static LanesScalar operator +(LanesScalar a, LanesScalar b)
    {
        for (var i = 0; i < Count; i++) a._values[i] += b._values[i];
        return a;
    }

    public static LanesScalar operator -(LanesScalar a, LanesScalar b)
    {
        for (var i = 0; i < Count; i++) a._values[i] -= b._values[i];
        return a;
    }

    public static LanesScalar operator *(LanesScalar a, LanesScalar b)
    {
        for (var i = 0; i < Count; i++) a._values[i] *= b._values[i];
        return a;
    }

    public static LanesScalar operator /(LanesScalar a, LanesScalar b)
    {
        for (var i = 0; i < Count; i++) a._values[i] /= b._values[i];
        return a;
    }

    public readonly void Store(float* destination)
    {
        for (var i = 0; i < Count; i++) destination[i] = _values[i];
    }

    public readonly float Sum()
    {
        var sums = _values;
        for (var half = Count / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) sums[i] += sums[i + half];
        }

        return sums[0];
    }

    public readonly float Largest()
    {
        var largest = _values[0];
        for (var i = 1; i < Count; i++) largest = MathF.Max(largest, _values[i]);
        return largest;
    }

    [InlineArray(Count)]
    private struct Sixteen
    {
        private float _first;
    }
}
