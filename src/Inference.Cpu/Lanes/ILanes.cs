namespace NGrammys.Inference.Cpu.Lanes;

/// <summary>Sixteen float32 side by side. Every width computes the same bits: each operation rounds once per lane, and sums over lanes follow one tree.</summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Columns of a product, a power of two, whose sums for three rows stay in registers.</summary>
    static abstract int RegisterColumns { get; }

    static abstract TSelf Load(float* source);

    /// <summary>Sixteen bfloat16 as float32; exact.</summary>
    static abstract TSelf Widen(ushort* source);

    /// <summary>Sixteen whole numbers as float32; exact.</summary>
    static abstract TSelf Widen(sbyte* source);

    static abstract TSelf Create(float value);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger of two numbers, lane by lane.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>value * 2^n, where the lowest bits of the representation of <paramref name="shifted"/> hold n. Value and result are normal numbers.</summary>
    static abstract TSelf Scale(TSelf value, TSelf shifted);

    /// <summary>value where x ≥ limit, else 0.</summary>
    static abstract TSelf ZeroBelow(TSelf value, TSelf x, TSelf limit);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    void Store(float* destination);

    /// <summary>Sum over the lanes: i and i + 8, then i and i + 4, i and i + 2, i and i + 1.</summary>
    float Sum();

    /// <summary>The largest lane.</summary>
    float Largest();
}
