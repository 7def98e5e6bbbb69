using NGrammys.Inference.Cpu.Lanes;

namespace NGrammys.Inference.Cpu.Tests.Lanes;

/// <summary>The implementations of the sixteen lanes that run on this machine.</summary>
internal static class SupportedWidths
{
    public static IEnumerable<VectorWidth> All { get; } = Enum.GetValues<VectorWidth>().Where(width => width <= VectorWidths.Best);
}
