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

    /// <summary>Turns the pairs (i, i + half) of one head by the angles of its position and scales them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rotate(float* head, int half, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine, float scale, float* destination)
    {
        for (var i = 0; i < half; i++)
        {
            var (a, b) = (head[i], head[i + half]);
            destination[i] = scale * MathF.FusedMultiplyAdd(a, cosine[i], -(b * sine[i]));
            destination[i + half] = scale * MathF.FusedMultiplyAdd(b, cosine[i], a * sine[i]);
        }
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

    /// <summary>Replaces scores by exp(score - largest). The buffer has room for whole lanes; elements behind count become 0.</summary>
    /// <returns>The sum, by lanes of the absolute index.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Softmax(float* scores, int count)
    {
        var padded = (count + Width - 1) / Width * Width;
        for (var i = count; i < padded; i++) scores[i] = float.NegativeInfinity;
        var largest = TLanes.Create(float.NegativeInfinity);
        for (var i = 0; i < padded; i += Width) largest = TLanes.Max(largest, TLanes.Load(scores + i));
        largest = TLanes.Create(largest.Largest());
        TLanes sum = default;
        for (var i = 0; i < padded; i += Width)
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
}
