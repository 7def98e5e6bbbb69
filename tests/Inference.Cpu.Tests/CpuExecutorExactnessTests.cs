using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Cpu.Tests.Lanes;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Cpu.Tests;

public sealed class CpuExecutorExactnessTests : IDisposable
{
    private const int Rows = 250;

    private readonly TinyModel _model = new(type: DataType.BFloat16);
    private readonly Random _random = new(9);

    [Fact]
    public void Forward_gives_the_same_bits_on_every_width_and_with_any_number_of_threads()
    {
        var tokens = Tokens(120);
        using var one = Executor(1, VectorWidths.Best);
        var expected = Run(one, 0, tokens);
        foreach (var width in SupportedWidths.All)
        {
            for (var threads = 1; threads <= 3; threads++)
            {
                using var executor = Executor(threads, width);
                Assert.Equal(expected, Run(executor, 0, tokens));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public void Forward_gives_the_same_bits_however_a_long_sequence_is_cut(int chunk)
    {
        var tokens = Tokens(Rows);
        using var executor = Executor(2, VectorWidths.Best);
        var whole = Run(executor, 0, tokens);
        var cut = new List<float>();
        for (var start = 0; start < tokens.Length; start += chunk) cut.AddRange(Run(executor, start, tokens[start..Math.Min(start + chunk, tokens.Length)]));

        Assert.Equal(whole, cut);
    }

    [Fact]
    public void Forward_allocates_nothing()
    {
        using var executor = Executor(2, VectorWidths.Best);
        var (batch, logits) = (new ForwardBatch(), new float[8 * _model.Folder.Decoder.VocabularySize]);
        Forward(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var prefix = 8; prefix < 160; prefix += 8) Forward(prefix);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Forward(int prefix)
        {
            batch.Clear();
            batch.BeginSlice(0, prefix);
            for (var i = 0; i < 8; i++) batch.Add(i, i / 2 - 1, output: true);
            executor.Forward(batch, logits);
            executor.MoveRows([prefix + 2, prefix + 5], prefix + 1);
        }
    }

    [Fact]
    public void Bfloat16_arithmetic_of_float32_weights_is_that_of_the_rounded_weights()
    {
        using var wide = new TinyModel(type: DataType.Float32);
        using var executor = new CpuExecutor(wide.Folder.Decoder, wide.Folder.Weights, DataType.BFloat16, Rows, 1);
        using var unrounded = new CpuExecutor(wide.Folder.Decoder, wide.Folder.Weights, DataType.Float32, Rows, 1);
        var tokens = Tokens(10);
        var difference = Run(executor, 0, tokens).Zip(Run(unrounded, 0, tokens), (a, b) => Math.Abs(a - b)).Max();

        Assert.InRange(difference, 1e-4, 1);
    }

    [Fact]
    public void Constructor_refuses_arithmetic_it_does_not_have() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Executor(1, VectorWidths.Best, DataType.Float16));

    [Theory]
    [InlineData(101, 0, 0)]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 0, Rows)]
    [InlineData(0, Rows - 5, 5)]
    [InlineData(0, -1, 0)]
    public void Forward_refuses_what_lies_outside_vocabulary_and_cache(int token, int firstRow, int prefix)
    {
        using var executor = Executor(1, VectorWidths.Best);
        var batch = new ForwardBatch();
        batch.BeginSlice(firstRow, prefix);
        batch.Add(token, -1, output: false);

        Assert.Throws<ArgumentException>(() => executor.Forward(batch, []));
    }

    [Fact]
    public void MoveRows_refuses_rows_outside_the_cache_or_backwards()
    {
        using var executor = Executor(1, VectorWidths.Best);

        Assert.Throws<ArgumentOutOfRangeException>(() => executor.MoveRows([Rows], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => executor.MoveRows([3], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => executor.MoveRows([0], -1));
    }

    public void Dispose() => _model.Dispose();

    private CpuExecutor Executor(int threads, VectorWidth width, DataType arithmetic = DataType.Float32) =>
        new(_model.Folder.Decoder, _model.Folder.Weights, arithmetic, Rows, threads, width);

    private int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(_model.Folder.Decoder.VocabularySize))];

    private static float[] Run(CpuExecutor executor, int prefix, int[] tokens)
    {
        var batch = new ForwardBatch();
        batch.BeginSlice(0, prefix);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i - 1, output: true);
        var logits = new float[tokens.Length * 101];
        executor.Forward(batch, logits);
        return logits;
    }
}
