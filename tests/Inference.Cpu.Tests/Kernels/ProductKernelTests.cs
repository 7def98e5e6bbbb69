using NGrammys.Inference.Cpu.Kernels;
using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Cpu.Tests.Lanes;
using NGrammys.Inference.Cpu.Weights;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Cpu.Tests.Kernels;

public sealed unsafe class ProductKernelTests
{
    [Theory]
    [InlineData(DataType.Float32)]
    [InlineData(DataType.BFloat16)]
    [InlineData(DataType.Float16)]
    public void Run_gives_the_product_of_double_arithmetic(DataType type)
    {
        using var model = new TinyModel(type: type);
        var tensor = model.Folder.Weights.Layers[0].FeedForward[0].Down;
        using var weights = new PackedMatrix(DataType.Float32, tensor);
        var x = Activations(weights, 9);
        var y = Multiply(VectorWidths.Best, weights, x, 9, weights.Outputs);
        var row = new float[weights.Inputs];
        for (var output = 0; output < weights.Outputs; output++)
        {
            tensor.Read((long)output * row.Length, row);
            for (var t = 0; t < 9; t++)
            {
                var expected = row.Select((w, i) => (double)w * x[t * Stride(weights) + i]).Sum();
                Assert.Equal(expected, y[t * weights.Outputs + output], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(DataType.Float32)]
    [InlineData(DataType.BFloat16)]
    public void Run_gives_the_same_bits_at_any_number_of_rows_and_any_width(DataType type)
    {
        using var model = new TinyModel(type: type);
        using var weights = new PackedMatrix(DataType.Float32, model.Folder.Weights.Layers[0].FeedForward[0].Gate);
        var x = Activations(weights, 512);
        var alone = Enumerable.Range(0, 512).SelectMany(t => Multiply(VectorWidths.Best, weights, x.AsSpan(t * Stride(weights)), 1, weights.Outputs)).ToArray();
        foreach (var width in SupportedWidths.All)
        {
            foreach (var count in (int[])[1, 2, 3, 8, 64, 512])
                Assert.Equal(alone[..(count * weights.Outputs)], Multiply(width, weights, x, count, weights.Outputs));
        }
    }

    [Fact]
    public void Run_of_parts_of_the_tiles_adds_to_their_outputs_alone()
    {
        using var model = new TinyModel();
        using var weights = new PackedMatrix(DataType.Float32, model.Folder.Weights.Embedding);
        var x = Activations(weights, 5);
        var whole = Multiply(VectorWidths.Best, weights, x, 5, weights.Outputs);
        var (stride, y) = (weights.Outputs + 7, new float[5 * (weights.Outputs + 7)]);
        Array.Fill(y, 1);
        fixed (float* px = x, py = y) ProductKernel<LanesScalar>.Run(weights, 3, 11, px, Stride(weights), 5, py, stride, add: true);
        for (var t = 0; t < 5; t++)
        {
            for (var output = 0; output < stride; output++)
                Assert.Equal(output is >= 9 and < 33 ? 1 + whole[t * weights.Outputs + output] : 1, y[t * stride + output]);
        }
    }

    private static int Stride(PackedMatrix weights) => weights.Steps * PackedMatrix.Lanes;

    private static float[] Activations(PackedMatrix weights, int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count * Stride(weights)).Select(i => i % Stride(weights) < weights.Inputs ? 2 * random.NextSingle() - 1 : 0)];
    }

    private static float[] Multiply(VectorWidth width, PackedMatrix weights, ReadOnlySpan<float> x, int count, int yStride)
    {
        var y = new float[count * yStride];
        fixed (float* px = x, py = y)
        {
            if (width == VectorWidth.Bits512) ProductKernel<Lanes512>.Run(weights, 0, weights.Tiles, px, Stride(weights), count, py, yStride, false);
            else if (width == VectorWidth.Bits256) ProductKernel<Lanes256>.Run(weights, 0, weights.Tiles, px, Stride(weights), count, py, yStride, false);
            else ProductKernel<LanesScalar>.Run(weights, 0, weights.Tiles, px, Stride(weights), count, py, yStride, false);
        }

        return y;
    }
}
