using System.Runtime.CompilerServices;
using NGrammys.Inference.Cpu.Lanes;

namespace NGrammys.Inference.Cpu.Kernels;

/// <summary>How packed weights become float32 lanes.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes of sixteen weights.</summary>
    static abstract int LaneBytes { get; }

    /// <summary>Whether each row has a scale that multiplies its sums.</summary>
    static abstract bool Scaled { get; }

    static abstract TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes>;
}

internal readonly unsafe struct BFloat16Weights : IWeightFormat
{
    public static int LaneBytes => 32;

    public static bool Scaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.Widen((ushort*)source);
}

internal readonly unsafe struct Float32Weights : IWeightFormat
{
    public static int LaneBytes => 64;

    public static bool Scaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)source);
}

internal readonly unsafe struct Int8Weights : IWeightFormat
{
    public static int LaneBytes => 16;

    public static bool Scaled => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.Widen((sbyte*)source);
}
