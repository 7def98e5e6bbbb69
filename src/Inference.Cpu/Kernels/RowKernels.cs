using System.Runtime.CompilerServices;
using NGrammys.Inference.Cpu.Lanes;

namespace NGrammys.Inference.Cpu.Kernels;

/// <summary>What happens to one row at a time: norm, rotary embedding, activation, softmax. Rows are zero-padded to whole lanes.</summary>
internal static unsafe class RowKernels<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Width = 16;

    /// <summary>destination = source / sqrt(mean(source²) + epsilon) * weights (RMS norm, arXiv 1910.07467).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Norm(float* source, float* weights, int count, float epsilon, float* destination)
    {
        TLanes squares = default;
        for (var i = 0; i < count; i += Width)
        {
            var x = TLanes.Load(source + i);
            squares = TLanes.FusedMultiplyAdd(x, x, squares);
        }

        var scale = TLanes.Create(1 / MathF.Sqrt(squares.Sum() / count + epsilon));
        for (var i = 0; i < count; i += Width) (TLanes.Load(source + i) * scale * TLanes.Load(weights + i)).Store(destination + i);
    }

    /// <summary>Turns the pairs (i, i + half) of the first elements of one head by the angles of its position, and scales all of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rotate(float* head, int size, int half, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine, float scale, float* destination)
    {
        for (var i = 0; i < half; i++)
        {
            var (a, b) = (head[i], head[i + half]);
            destination[i] = scale * MathF.FusedMultiplyAdd(a, cosine[i], -(b * sine[i]));
            destination[i + half] = scale * MathF.FusedMultiplyAdd(b, cosine[i], a * sine[i]);
        }

        for (var i = 2 * half; i < size; i++) destination[i] = scale * head[i];
    }

    /// <summary>gate = gate / (1 + exp(-gate)) * up, the gated SiLU (arXiv 2002.05202), over whole lanes from the start of the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void GatedSilu(float* gate, float* up, int count)
    {
        var one = TLanes.Create(1);
        // exp(-x) stays finite, so x / (1 + exp(-x)) tends to 0 instead of becoming -0 * infinity.
        var lowest = TLanes.Create(-87);
        TLanes zero = default;
        for (var i = 0; i < count; i += Width)
        {
            var x = TLanes.Load(gate + i);
            (x / (one + Exp(zero - TLanes.Max(x, lowest))) * TLanes.Load(up + i)).Store(gate + i);
        }
    }

    /// <summary>gate = gate / 2 * (1 + tanh(sqrt(2 / π) * (gate + 0.044715 gate³))) * up, the gated GELU, over whole lanes from the start of the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void GatedGelu(float* gate, float* up, int count)
    {
        var (one, half) = (TLanes.Create(1), TLanes.Create(0.5f));
        var (slope, cubic) = (TLanes.Create(0.7978845608f), TLanes.Create(0.044715f));
        for (var i = 0; i < count; i += Width)
        {
            var x = TLanes.Load(gate + i);
            var inner = slope * TLanes.FusedMultiplyAdd(cubic * x * x, x, x);
            (half * x * (one + Tanh(inner)) * TLanes.Load(up + i)).Store(gate + i);
        }
    }

    /// <summary>row = cap * tanh(row / cap). Any number of elements; nothing behind them is touched.</summary>
    public static void Softcap(float* row, int count, float cap)
    {
        var whole = count / Width * Width;
        SoftcapLanes(row, whole, cap);
        if (whole == count) return;
        var rest = stackalloc float[Width];
        new Span<float>(rest, Width).Clear();
        new Span<float>(row + whole, count - whole).CopyTo(new Span<float>(rest, Width));
        SoftcapLanes(rest, Width, cap);
        new Span<float>(rest, count - whole).CopyTo(new Span<float>(row + whole, count - whole));
    }

    /// <summary>row += scale * addend over whole lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Add(float* row, float* addend, int count, float scale)
    {
        var factor = TLanes.Create(scale);
        for (var i = 0; i < count; i += Width) TLanes.FusedMultiplyAdd(factor, TLanes.Load(addend + i), TLanes.Load(row + i)).Store(row + i);
    }

    /// <summary>Replaces scores [from, count) by exp(score - largest). The buffer has room for whole lanes; what else those hold becomes 0.</summary>
    /// <returns>The sum, by lanes of the absolute index: where it begins leaves no trace.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Softmax(float* scores, int from, int count)
    {
        var padded = (count + Width - 1) / Width * Width;
        var first = from / Width * Width;
        for (var i = first; i < from; i++) scores[i] = float.NegativeInfinity;
        for (var i = count; i < padded; i++) scores[i] = float.NegativeInfinity;
        var largest = TLanes.Create(float.NegativeInfinity);
        for (var i = first; i < padded; i += Width) largest = TLanes.Max(largest, TLanes.Load(scores + i));
        largest = TLanes.Create(largest.Largest());
        TLanes sum = default;
        for (var i = first; i < padded; i += Width)
        {
            var weight = Exp(TLanes.Load(scores + i) - largest);
            weight.Store(scores + i);
            sum += weight;
        }

        return sum.Sum();
    }

    /// <summary>e^x for x ≤ 88, within 2 units in the last place; 0 below -87. Our own polynomial, since the C library's differs between machines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp(TLanes x)
    {
        // Adding 1.5 * 2^23 rounds to an integer and leaves it in the lowest bits.
        var shift = TLanes.Create(12582912f);
        var limit = TLanes.Create(-87);
        var clamped = TLanes.Max(x, limit);
        var shifted = TLanes.FusedMultiplyAdd(clamped, TLanes.Create(1.44269504f), shift);
        var n = shifted - shift;
        // ln 2 in two parts: the first has trailing zeros, so its product with n is exact.
        var r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-0.693359375f), clamped);
        r = TLanes.FusedMultiplyAdd(n, TLanes.Create(2.12194440e-4f), r);
        // Cephes expf.
        var p = TLanes.FusedMultiplyAdd(TLanes.Create(1.9875691500e-4f), r, TLanes.Create(1.3981999507e-3f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(8.3334519073e-3f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(4.1665795894e-2f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1.6666665459e-1f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(5.0000001201e-1f));
        p = TLanes.FusedMultiplyAdd(p, r * r, r) + TLanes.Create(1);
        return TLanes.ZeroBelow(TLanes.Scale(p, shifted), x, limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SoftcapLanes(float* row, int count, float cap)
    {
        var (wide, narrow) = (TLanes.Create(cap), TLanes.Create(1 / cap));
        for (var i = 0; i < count; i += Width) (wide * Tanh(TLanes.Load(row + i) * narrow)).Store(row + i);
    }

    // A polynomial near 0, where 1 - 2 / (exp(2x) + 1) would cancel; Cephes tanhf.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Tanh(TLanes x)
    {
        TLanes zero = default;
        var (one, two, limit, furthest) = (TLanes.Create(1), TLanes.Create(2), TLanes.Create(0.625f), TLanes.Create(-20));
        // tanh(20) is 1 in float32, and exp(40) a number.
        var bounded = zero - TLanes.Max(zero - TLanes.Max(x, furthest), furthest);
        var magnitude = TLanes.Max(x, zero - x);
        var square = bounded * bounded;
        var p = TLanes.FusedMultiplyAdd(TLanes.Create(-5.70498872745e-3f), square, TLanes.Create(2.06390887954e-2f));
        p = TLanes.FusedMultiplyAdd(p, square, TLanes.Create(-5.37397155531e-2f));
        p = TLanes.FusedMultiplyAdd(p, square, TLanes.Create(1.33314422036e-1f));
        p = TLanes.FusedMultiplyAdd(p, square, TLanes.Create(-3.33332819422e-1f));
        var near = TLanes.FusedMultiplyAdd(p * square, bounded, bounded);
        var far = one - two / (Exp(two * bounded) + one);
        return near - TLanes.ZeroBelow(near, magnitude, limit) + TLanes.ZeroBelow(far, magnitude, limit);
    }
}
