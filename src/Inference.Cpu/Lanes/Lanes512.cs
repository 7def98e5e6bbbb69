using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGrammys.Inference.Cpu.Lanes;

/// <summary>One 512-bit register.</summary>
internal readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> _value = value;

    // 24 of 32 registers hold sums.
    public static int RegisterColumns => 8;

    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    public static Lanes512 Widen(ushort* source) =>
        new((Avx512F.ConvertToVector512Int32(Vector256.Load(source)) << 16).AsSingle());

    public static Lanes512 Widen(sbyte* source) => new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source))));

    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    public static Lanes512 FusedMultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._value, b._value));

    public static Lanes512 Scale(Lanes512 value, Lanes512 shifted) =>
        new((value._value.AsInt32() + (shifted._value.AsInt32() << 23)).AsSingle());

    public static Lanes512 ZeroBelow(Lanes512 value, Lanes512 x, Lanes512 limit) =>
        new(Vector512.GreaterThanOrEqual(x._value, limit._value) & value._value);

    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._value - b._value);

    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._value / b._value);

    public void Store(float* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Lanes256.Sum(_value.GetLower() + _value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest() => Lanes256.Largest(Vector256.MaxNative(_value.GetLower(), _value.GetUpper()));
}
