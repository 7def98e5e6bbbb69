using NGrammys.Inference.Cpu.Kernels;
using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Cpu.Tests.Lanes;

namespace NGrammys.Inference.Cpu.Tests.Kernels;

public sealed unsafe class RowKernelsTests
{
    [Fact]
    public void Softmax_gives_the_exponentials_of_double_arithmetic_and_their_sum()
    {
        var random = new Random(3);
        foreach (var count in (int[])[1, 15, 16, 17, 500])
        {
            var scores = Enumerable.Range(0, count).Select(_ => 120 * (random.NextSingle() - 0.5f)).ToArray();
            var largest = scores.Max();
            var expected = scores.Select(score => Math.Exp(score - largest)).ToArray();
            var (weights, sum) = Softmax(VectorWidths.Best, scores);

            Assert.Equal(expected.Sum(), sum, 1e-6 * expected.Sum());
            for (var i = 0; i < count; i++) Assert.Equal(expected[i], weights[i], 1.5e-7 * expected[i] + 1.7e-38);
        }
    }

    [Fact]
    public void Softmax_is_exactly_one_for_the_largest_score_and_zero_far_below()
    {
        var (weights, sum) = Softmax(VectorWidths.Best, [-1e30f, 3, -100, float.MinValue]);

        Assert.Equal([0, 1, 0, 0], weights);
        Assert.Equal(1, sum);
    }

    [Fact]
    public void GatedSilu_gives_the_values_of_double_arithmetic_to_the_far_ends()
    {
        float[] gate = [0, 1, -1, 5, -5, 30, -30, 87, -87, 200, -200, 1e30f, -1e30f, 1e-30f, -1e-30f, 0.5f];
        var up = Enumerable.Repeat(2f, 16).ToArray();
        foreach (var width in SupportedWidths.All)
        {
            var actual = GatedSilu(width, gate, up);
            for (var i = 0; i < gate.Length; i++)
            {
                // Below -87 the true value is under the smallest normal number times the gate; what matters is that it vanishes beside 1.
                var expected = gate[i] / (1 + Math.Exp(-(double)gate[i])) * 2;
                Assert.Equal(expected, actual[i], 4e-7 * Math.Abs(expected) + (gate[i] < -87 ? 1e-37 * Math.Abs(gate[i]) : 0));
            }
        }
    }

    [Fact]
    public void Rows_have_the_same_bits_on_every_width()
    {
        var random = new Random(4);
        var x = Enumerable.Range(0, 304).Select(_ => 20 * (random.NextSingle() - 0.5f)).ToArray();
        var w = Enumerable.Range(0, 304).Select(_ => random.NextSingle()).ToArray();
        var (softmax, silu, norm) = (Softmax(VectorWidth.Scalar, x[..299]), GatedSilu(VectorWidth.Scalar, x, w), Norm(VectorWidth.Scalar, x, w));
        foreach (var width in SupportedWidths.All)
        {
            var (weights, sum) = Softmax(width, x[..299]);
            Assert.Equal(softmax.Sum, sum);
            Assert.Equal(softmax.Weights, weights);
            Assert.Equal(silu, GatedSilu(width, x, w));
            Assert.Equal(norm, Norm(width, x, w));
        }
    }

    private static (float[] Weights, float Sum) Softmax(VectorWidth width, float[] scores)
    {
        var padded = new float[scores.Length + 15];
        scores.CopyTo(padded, 0);
        fixed (float* p = padded)
        {
            var sum = width switch
            {
                VectorWidth.Bits512 => RowKernels<Lanes512>.Softmax(p, 0, scores.Length),
                VectorWidth.Bits256 => RowKernels<Lanes256>.Softmax(p, 0, scores.Length),
                _ => RowKernels<LanesScalar>.Softmax(p, 0, scores.Length),
            };
            return (padded[..scores.Length], sum);
        }
    }

    private static float[] GatedSilu(VectorWidth width, float[] gate, float[] up)
    {
        float[] result = [.. gate];
        fixed (float* p = result, q = up)
        {
            if (width == VectorWidth.Bits512) RowKernels<Lanes512>.GatedSilu(p, q, gate.Length);
            else if (width == VectorWidth.Bits256) RowKernels<Lanes256>.GatedSilu(p, q, gate.Length);
            else RowKernels<LanesScalar>.GatedSilu(p, q, gate.Length);
        }

        return result;
    }

    private static float[] Norm(VectorWidth width, float[] source, float[] weights)
    {
        var result = new float[source.Length];
        fixed (float* p = source, w = weights, q = result)
        {
            if (width == VectorWidth.Bits512) RowKernels<Lanes512>.Norm(p, w, source.Length, 1e-5f, q);
            else if (width == VectorWidth.Bits256) RowKernels<Lanes256>.Norm(p, w, source.Length, 1e-5f, q);
            else RowKernels<LanesScalar>.Norm(p, w, source.Length, 1e-5f, q);
        }

        return result;
    }
}
