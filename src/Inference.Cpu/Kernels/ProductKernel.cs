using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Cpu.Weights;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu.Kernels;

/// <summary>Activations [T, K] times packed weights, transposed: [T, N]. The sum of one output runs over K / 16 steps in sixteen lanes, then over the lanes,
/// in an order that nothing else decides: not T, not its neighbours, not the thread.</summary>
internal static unsafe class ProductKernel<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    // A kernel that multiplies much falls behind the hardware's prefetcher, and gains a quarter; one that reads at the memory's speed only loses by it. Into the
    // second-level cache: the few lines that may be on their way into the first at once are fewer than the memory's latency takes.
    private const int PrefetchBytes = 8192;
    private const int CacheLine = 64;

    /// <summary>Computes the outputs of tiles [firstTile, lastTile).</summary>
    /// <param name="weights">[N, K]</param>
    /// <param name="firstTile">First tile of three outputs.</param>
    /// <param name="lastTile">Behind the last tile.</param>
    /// <param name="x">[T, K], rows zero-padded to whole lanes.</param>
    /// <param name="xStride">Elements from row to row of x.</param>
    /// <param name="count">T</param>
    /// <param name="y">[T, N]</param>
    /// <param name="yStride">Elements from row to row of y.</param>
    /// <param name="add">Whether to add to y instead of replacing it.</param>
    public static void Run(PackedMatrix weights, int firstTile, int lastTile, float* x, int xStride, int count, float* y, int yStride, bool add)
    {
        if (weights.Type == DataType.BFloat16) Run<BFloat16Weights>(weights, firstTile, lastTile, x, xStride, count, y, yStride, add);
        else if (weights.Type == DataType.Int8) Run<Int8Weights>(weights, firstTile, lastTile, x, xStride, count, y, yStride, add);
        else Run<Float32Weights>(weights, firstTile, lastTile, x, xStride, count, y, yStride, add);
    }

    private static void Run<TFormat>(
        PackedMatrix weights, int firstTile, int lastTile, float* x, int xStride, int count, float* y, int yStride, bool add)
        where TFormat : IWeightFormat
    {
        for (var tile = firstTile; tile < lastTile; tile++)
        {
            var w = weights.Address + tile * weights.TileBytes;
            var output = tile * PackedMatrix.TileRows;
            var scales = TFormat.Scaled ? weights.Scales + output : null;
            var rows = Math.Min(PackedMatrix.TileRows, weights.Outputs - output);
            for (var t = 0; t < count;)
            {
                var columns = Math.Min(TLanes.RegisterColumns, count - t);
                var xt = x + (long)t * xStride;
                var yt = y + (long)t * yStride + output;
                if (TLanes.RegisterColumns >= 8 && columns >= 8) t += Tile<TFormat, Eight>(w, scales, weights.Steps, xt, xStride, yt, yStride, rows, add);
                else if (TLanes.RegisterColumns >= 4 && columns >= 4) t += Tile<TFormat, Four>(w, scales, weights.Steps, xt, xStride, yt, yStride, rows, add);
                else if (TLanes.RegisterColumns >= 2 && columns >= 2) t += Tile<TFormat, Two>(w, scales, weights.Steps, xt, xStride, yt, yStride, rows, add);
                else t += Tile<TFormat, One>(w, scales, weights.Steps, xt, xStride, yt, yStride, rows, add);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Tile<TFormat, TColumns>(byte* w, float* scales, int steps, float* x, int xStride, float* y, int yStride, int rows, bool add)
        where TFormat : IWeightFormat
        where TColumns : IColumns
    {
        TLanes a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        TLanes b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        TLanes c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        var end = w + steps * (PackedMatrix.TileRows * TFormat.LaneBytes);
        var x4 = x + 4 * (long)xStride;
        for (; w < end; w += PackedMatrix.TileRows * TFormat.LaneBytes)
        {
            if (Sse.IsSupported && TColumns.Count > 2)
            {
                Sse.Prefetch1(w + PrefetchBytes);
                if (TFormat.LaneBytes > 16) Sse.Prefetch1(w + PrefetchBytes + CacheLine);
                if (TFormat.LaneBytes > 32) Sse.Prefetch1(w + PrefetchBytes + 2 * CacheLine);
            }

            var a = TFormat.Load<TLanes>(w);
            var b = TFormat.Load<TLanes>(w + TFormat.LaneBytes);
            var c = TFormat.Load<TLanes>(w + 2 * TFormat.LaneBytes);
            Step(x, a, b, c, ref a0, ref b0, ref c0);
            if (TColumns.Count > 1) Step(x + xStride, a, b, c, ref a1, ref b1, ref c1);
            if (TColumns.Count > 2)
            {
                Step(x + 2 * (long)xStride, a, b, c, ref a2, ref b2, ref c2);
                Step(x + 3 * (long)xStride, a, b, c, ref a3, ref b3, ref c3);
            }

            if (TColumns.Count > 4)
            {
                Step(x4, a, b, c, ref a4, ref b4, ref c4);
                Step(x4 + xStride, a, b, c, ref a5, ref b5, ref c5);
                Step(x4 + 2 * (long)xStride, a, b, c, ref a6, ref b6, ref c6);
                Step(x4 + 3 * (long)xStride, a, b, c, ref a7, ref b7, ref c7);
                x4 += PackedMatrix.Lanes;
            }

            x += PackedMatrix.Lanes;
        }

        Put<TFormat>(y, scales, rows, add, a0, b0, c0);
        if (TColumns.Count > 1) Put<TFormat>(y + yStride, scales, rows, add, a1, b1, c1);
        if (TColumns.Count > 2)
        {
            Put<TFormat>(y + 2 * (long)yStride, scales, rows, add, a2, b2, c2);
            Put<TFormat>(y + 3 * (long)yStride, scales, rows, add, a3, b3, c3);
        }

        if (TColumns.Count > 4)
        {
            Put<TFormat>(y + 4 * (long)yStride, scales, rows, add, a4, b4, c4);
            Put<TFormat>(y + 5 * (long)yStride, scales, rows, add, a5, b5, c5);
            Put<TFormat>(y + 6 * (long)yStride, scales, rows, add, a6, b6, c6);
            Put<TFormat>(y + 7 * (long)yStride, scales, rows, add, a7, b7, c7);
        }

        return TColumns.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(float* x, TLanes a, TLanes b, TLanes c, ref TLanes sumA, ref TLanes sumB, ref TLanes sumC)
    {
        var lanes = TLanes.Load(x);
        sumA = TLanes.FusedMultiplyAdd(a, lanes, sumA);
        sumB = TLanes.FusedMultiplyAdd(b, lanes, sumB);
        sumC = TLanes.FusedMultiplyAdd(c, lanes, sumC);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TFormat>(float* y, float* scales, int rows, bool add, TLanes a, TLanes b, TLanes c)
        where TFormat : IWeightFormat
    {
        Put(y, TFormat.Scaled ? scales[0] * a.Sum() : a.Sum(), add);
        if (rows > 1) Put(y + 1, TFormat.Scaled ? scales[1] * b.Sum() : b.Sum(), add);
        if (rows > 2) Put(y + 2, TFormat.Scaled ? scales[2] * c.Sum() : c.Sum(), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, float sum, bool add) => *y = add ? *y + sum : sum;
}
