using System.Runtime.CompilerServices;
using NGrammys.Inference.Cpu.Lanes;

namespace NGrammys.Inference.Cpu.Kernels;

/// <summary>The two products of attention. Each score sums over the elements of a head in their order; each output sums over the positions in theirs.</summary>
internal static unsafe class AttentionKernel<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Width = 16;

    // Enough to fill a multiplier that answers after four cycles.
    private const int SideBySide = 4;

    /// <summary>Scores of several queries with the keys of neighbouring blocks.</summary>
    /// <param name="keys">[blocks, E, 16]</param>
    /// <param name="size">E</param>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="queries">[count, E]</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="scores">[count, blocks * 16]</param>
    /// <param name="stride">Elements from row to row of the scores.</param>
    public static void Scores(float* keys, int size, int blocks, float* queries, int count, float* scores, int stride)
    {
        var block = 0;
        // A single query: its scores wait for one another, unless those of several blocks go side by side.
        for (; count == 1 && block + SideBySide <= blocks; block += SideBySide)
            ScoresSideBySide(keys + (long)block * size * Width, size, queries, scores + block * Width);
        for (; block < blocks; block++) Scores(keys + (long)block * size * Width, size, queries, count, scores + block * Width, stride);
    }

    private static void Scores(float* keys, int size, float* queries, int count, float* scores, int stride)
    {
        for (var done = 0; done < count;)
        {
            var columns = Math.Min(TLanes.RegisterColumns, count - done);
            var q = queries + done * size;
            var s = scores + (long)done * stride;
            if (TLanes.RegisterColumns >= 8 && columns >= 8) done += Scores<Eight>(keys, size, q, s, stride);
            else if (TLanes.RegisterColumns >= 4 && columns >= 4) done += Scores<Four>(keys, size, q, s, stride);
            else if (TLanes.RegisterColumns >= 2 && columns >= 2) done += Scores<Two>(keys, size, q, s, stride);
            else done += Scores<One>(keys, size, q, s, stride);
        }
    }

    /// <summary>sums += weights * values over neighbouring cache rows.</summary>
    /// <param name="values">[positions, stride]</param>
    /// <param name="stride">Elements of a value row, whole lanes.</param>
    /// <param name="positions">Number of rows.</param>
    /// <param name="weights">[count, positions]</param>
    /// <param name="weightStride">Elements from row to row of the weights.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="sums">[count, stride]</param>
    public static void Values(float* values, int stride, int positions, float* weights, int weightStride, int count, float* sums)
    {
        for (var done = 0; done < count;)
        {
            var columns = Math.Min(TLanes.RegisterColumns, count - done);
            var w = weights + (long)done * weightStride;
            var s = sums + done * stride;
            if (TLanes.RegisterColumns >= 8 && columns >= 8) done += Values<Eight>(values, stride, positions, w, weightStride, s);
            else if (TLanes.RegisterColumns >= 4 && columns >= 4) done += Values<Four>(values, stride, positions, w, weightStride, s);
            else if (TLanes.RegisterColumns >= 2 && columns >= 2) done += Values<Two>(values, stride, positions, w, weightStride, s);
            else done += Values(values, stride, positions, w, s);
        }
    }

    // A single query: its sums wait for one another, unless several go side by side.
    private static int Values(float* values, int stride, int positions, float* weights, float* sums)
    {
        var lanes = 0;
        for (; lanes + SideBySide * Width <= stride; lanes += SideBySide * Width) ValuesSideBySide(values + lanes, stride, positions, weights, sums + lanes);
        for (; lanes < stride; lanes += Width) ValuesOfLanes<One>(values + lanes, stride, positions, weights, 0, sums + lanes);
        return 1;
    }

    private static int Values<TColumns>(float* values, int stride, int positions, float* weights, int weightStride, float* sums)
        where TColumns : IColumns
    {
        for (var lanes = 0; lanes < stride; lanes += Width) ValuesOfLanes<TColumns>(values + lanes, stride, positions, weights, weightStride, sums + lanes);
        return TColumns.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ValuesSideBySide(float* values, int stride, int positions, float* w, float* sums)
    {
        var (s0, s1) = (TLanes.Load(sums), TLanes.Load(sums + Width));
        var (s2, s3) = (TLanes.Load(sums + 2 * Width), TLanes.Load(sums + 3 * Width));
        for (var p = 0; p < positions; p++, values += stride)
        {
            var weight = TLanes.Create(w[p]);
            s0 = TLanes.FusedMultiplyAdd(weight, TLanes.Load(values), s0);
            s1 = TLanes.FusedMultiplyAdd(weight, TLanes.Load(values + Width), s1);
            s2 = TLanes.FusedMultiplyAdd(weight, TLanes.Load(values + 2 * Width), s2);
            s3 = TLanes.FusedMultiplyAdd(weight, TLanes.Load(values + 3 * Width), s3);
        }

        s0.Store(sums);
        s1.Store(sums + Width);
        s2.Store(sums + 2 * Width);
        s3.Store(sums + 3 * Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ScoresSideBySide(float* keys, int size, float* q, float* scores)
    {
        TLanes s0 = default, s1 = default, s2 = default, s3 = default;
        var block = size * Width;
        for (var i = 0; i < size; i++, keys += Width)
        {
            var query = TLanes.Create(q[i]);
            s0 = TLanes.FusedMultiplyAdd(query, TLanes.Load(keys), s0);
            s1 = TLanes.FusedMultiplyAdd(query, TLanes.Load(keys + block), s1);
            s2 = TLanes.FusedMultiplyAdd(query, TLanes.Load(keys + 2 * block), s2);
            s3 = TLanes.FusedMultiplyAdd(query, TLanes.Load(keys + 3 * block), s3);
        }

        s0.Store(scores);
        s1.Store(scores + Width);
        s2.Store(scores + 2 * Width);
        s3.Store(scores + 3 * Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Scores<TColumns>(float* keys, int size, float* q, float* scores, int stride)
        where TColumns : IColumns
    {
        TLanes s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (var i = 0; i < size; i++)
        {
            var key = TLanes.Load(keys + i * Width);
            s0 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i]), key, s0);
            if (TColumns.Count > 1) s1 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i + size]), key, s1);
            if (TColumns.Count > 2)
            {
                s2 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i + 2 * size]), key, s2);
                s3 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i + 3 * size]), key, s3);
            }

            if (TColumns.Count > 4)
            {
                s4 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i + 4 * size]), key, s4);
                s5 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i + 5 * size]), key, s5);
                s6 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i + 6 * size]), key, s6);
                s7 = TLanes.FusedMultiplyAdd(TLanes.Create(q[i + 7 * size]), key, s7);
            }
        }

        s0.Store(scores);
        if (TColumns.Count > 1) s1.Store(scores + stride);
        if (TColumns.Count > 2)
        {
            s2.Store(scores + 2 * (long)stride);
            s3.Store(scores + 3 * (long)stride);
        }

        if (TColumns.Count > 4)
        {
            s4.Store(scores + 4 * (long)stride);
            s5.Store(scores + 5 * (long)stride);
            s6.Store(scores + 6 * (long)stride);
            s7.Store(scores + 7 * (long)stride);
        }

        return TColumns.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ValuesOfLanes<TColumns>(float* values, int stride, int positions, float* w, int weightStride, float* sums)
        where TColumns : IColumns
    {
        TLanes s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        var s0 = TLanes.Load(sums);
        if (TColumns.Count > 1) s1 = TLanes.Load(sums + stride);
        if (TColumns.Count > 2) (s2, s3) = (TLanes.Load(sums + 2 * stride), TLanes.Load(sums + 3 * stride));
        if (TColumns.Count > 4)
        {
            (s4, s5) = (TLanes.Load(sums + 4 * stride), TLanes.Load(sums + 5 * stride));
            (s6, s7) = (TLanes.Load(sums + 6 * stride), TLanes.Load(sums + 7 * stride));
        }

        var w4 = w + 4 * (long)weightStride;
        for (var p = 0; p < positions; p++)
        {
            var value = TLanes.Load(values);
            values += stride;
            s0 = TLanes.FusedMultiplyAdd(TLanes.Create(w[p]), value, s0);
            if (TColumns.Count > 1) s1 = TLanes.FusedMultiplyAdd(TLanes.Create(w[p + (long)weightStride]), value, s1);
            if (TColumns.Count > 2)
            {
                s2 = TLanes.FusedMultiplyAdd(TLanes.Create(w[p + 2 * (long)weightStride]), value, s2);
                s3 = TLanes.FusedMultiplyAdd(TLanes.Create(w[p + 3 * (long)weightStride]), value, s3);
            }

            if (TColumns.Count > 4)
            {
                s4 = TLanes.FusedMultiplyAdd(TLanes.Create(w4[p]), value, s4);
                s5 = TLanes.FusedMultiplyAdd(TLanes.Create(w4[p + (long)weightStride]), value, s5);
                s6 = TLanes.FusedMultiplyAdd(TLanes.Create(w4[p + 2 * (long)weightStride]), value, s6);
                s7 = TLanes.FusedMultiplyAdd(TLanes.Create(w4[p + 3 * (long)weightStride]), value, s7);
            }
        }

        s0.Store(sums);
        if (TColumns.Count > 1) s1.Store(sums + stride);
        if (TColumns.Count > 2)
        {
            s2.Store(sums + 2 * stride);
            s3.Store(sums + 3 * stride);
        }

        if (TColumns.Count > 4)
        {
            s4.Store(sums + 4 * stride);
            s5.Store(sums + 5 * stride);
            s6.Store(sums + 6 * stride);
            s7.Store(sums + 7 * stride);
        }
    }
}
