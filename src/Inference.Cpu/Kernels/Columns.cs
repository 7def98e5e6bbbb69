namespace NGrammys.Inference.Cpu.Kernels;

/// <summary>How many activation rows a kernel takes at once, as a type: the compiler then drops the sums of the others.</summary>
/// <remarks>Kernels are compiled at full optimisation at once, and never into their callers: those run out of registers, which costs a factor of four.</remarks>
internal interface IColumns
{
    static abstract int Count { get; }
}

internal readonly struct One : IColumns
{
    public static int Count => 1;
}

internal readonly struct Two : IColumns
{
    public static int Count => 2;
}

internal readonly struct Four : IColumns
{
    public static int Count => 4;
}

internal readonly struct Eight : IColumns
{
    public static int Count => 8;
}
