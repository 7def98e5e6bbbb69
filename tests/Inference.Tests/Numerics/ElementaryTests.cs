using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Tests.Numerics;

public sealed class ElementaryTests
{
    private const int Rounds = 20_000;
    private readonly Random _random = new(1);

    [Fact]
    public void Exp_is_close_to_the_library_s()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var x = (_random.NextDouble() - 0.5) * 200;
            Assert.InRange(Elementary.Exp(x) / Math.Exp(x), 1 - 1e-14, 1 + 1e-14);
        }

        Assert.Equal(1, Elementary.Exp(0));
        Assert.Equal(0, Elementary.Exp(-1000));
        Assert.Equal(double.PositiveInfinity, Elementary.Exp(1000));
    }

    [Fact]
    public void Log_is_close_to_the_library_s()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var x = Math.Exp((_random.NextDouble() - 0.5) * 80);
            Assert.InRange(Elementary.Log(x) - Math.Log(x), -1e-14 * Math.Max(1, Math.Abs(Math.Log(x))), 1e-14 * Math.Max(1, Math.Abs(Math.Log(x))));
        }

        Assert.Equal(0, Elementary.Log(1));
    }

    [Fact]
    public void Sine_and_cosine_are_close_to_the_library_s()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var x = _random.NextDouble() * 100_000;
            var (sine, cosine) = Elementary.SinCos(x);
            Assert.InRange(sine - Math.Sin(x), -1e-11, 1e-11);
            Assert.InRange(cosine - Math.Cos(x), -1e-11, 1e-11);
        }
    }
}
