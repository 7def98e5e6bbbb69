using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Tests;

public sealed class KvBudgetTests
{
    private const int RowBytes = 1 << 16;

    [Theory]
    [InlineData(8192, 1L << 34, 8192, 65536)]
    [InlineData(8192, 1L << 38, 8192, 32 * (8192 + 256))]
    [InlineData(131_072, 1L << 34, 65536 - 256, 65536)]
    [InlineData(256, 1L << 30, 256, 4096)]
    public void A_context_that_memory_cannot_hold_is_cut(int context, long memory, int longest, int rows) =>
        Assert.Equal(new KvBudget(rows, longest), KvBudget.Of(context, RowBytes, memory));

    [Fact]
    public void A_machine_too_small_for_any_conversation_is_refused()
    {
        var error = Assert.Throws<NGrammysException>(() => KvBudget.Of(131_072, RowBytes, 1L << 27));
        Assert.Contains("48 MiB", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8192, 24L << 30, 14L << 30, 8192, 124_518)]
    [InlineData(131_072, 24L << 30, 14L << 30, 124_518 - 256, 124_518)]
    [InlineData(4096, 80L << 30, 14L << 30, 4096, 32 * (4096 + 256))]
    public void A_device_keeps_what_the_weights_leave(int context, long free, long weights, int longest, int rows) =>
        Assert.Equal(new KvBudget(rows, longest), KvBudget.OnDevice(context, RowBytes, free, weights, "cuda:0"));

    [Fact]
    public void A_model_too_large_for_its_device_is_refused_in_one_line()
    {
        var error = Assert.Throws<NGrammysException>(() => KvBudget.OnDevice(8192, RowBytes, 12L << 30, 14L << 30, "cuda:1"));
        Assert.Contains("cuda:1 has 12288 MiB free", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
