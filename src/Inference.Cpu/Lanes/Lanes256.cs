using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGrammys.Inference.Cpu.Lanes;

/// <summary>Two 256-bit registers.</summary>
internal readonly unsafe struct Lanes256(Vector256<float> lower, Vector256<float> upper) : ILanes<Lanes256>
{
    private readonly Vector256<float> _lower = lower;
    private readonly Vector256<float> _upper = upper;

    // 12 of 16 registers hold sums.
    public static int RegisterColumns => 2;

    public static Lanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    public static Lanes256 Widen(ushort* source) => new(
        (Avx2.ConvertToVector256Int32(Vector128.Load(source)) << 16).AsSingle(),
        (Avx2.ConvertToVector256Int32(Vector128.Load(source + 8)) << 16).AsSingle());

    public static Lanes256 Widen(sbyte* source)
    {
        var sixteen = Vector128.Load(source);
        return new(
            Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(sixteen)),
            Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(sixteen, 8))));
    }

    public static Lanes256 Create(float value) => new(Vector256.Create(value), Vector256.Create(value));

    public static Lanes256 FusedMultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(Vector256.FusedMultiplyAdd(a._lower, b._lower, c._lower), Vector256.FusedMultiplyAdd(a._upper, b._upper, c._upper));

    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._lower, b._lower), Vector256.MaxNative(a._upper, b._upper));

    public static Lanes256 Scale(Lanes256 value, Lanes256 shifted) => new(
        (value._lower.AsInt32() + (shifted._lower.AsInt32() << 23)).AsSingle(),
        (value._upper.AsInt32() + (shifted._upper.AsInt32() << 23)).AsSingle());

    public static Lanes256 ZeroBelow(Lanes256 value, Lanes256 x, Lanes256 limit) => new(
        Vector256.GreaterThanOrEqual(x._lower, limit._lower) & value._lower,
        Vector256.GreaterThanOrEqual(x._upper, limit._upper) & value._upper);

    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._lower + b._lower, a._upper + b._upper);

    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._lower - b._lower, a._upper - b._upper);

    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._lower * b._lower, a._upper * b._upper);

    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._lower / b._lower, a._upper / b._upper);

    public void Store(float* destination)
    {
        _lower.Store(destination);
        _upper.Store(destination + 8);
    }

    public float Sum() => Sum(_lower + _upper);

    public float Largest() => Largest(Vector256.MaxNative(_lower, _upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum(Vector256<float> eight)
    {
        var four = eight.GetLower() + eight.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Largest(Vector256<float> eight)
    {
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        var two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two.ToScalar(), two.GetElement(1));
    }
}
