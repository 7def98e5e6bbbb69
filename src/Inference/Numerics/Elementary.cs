namespace NGrammys.Inference.Numerics;

/// <summary>exp, log, sine and cosine in double precision from fixed polynomials: the C library's differ in the last bit between machines, and a
/// reply that moves to another machine must go on exactly. Relative error below 1e-14.</summary>
public static class Elementary
{
    private const double Ln2High = 0.6931471803691238, Ln2Low = 1.9082149292705877e-10;
    private const double HalfPiHigh = 1.5707963267948966, HalfPiLow = 6.123233995736766e-17;

    /// <summary>e to the power x; 0 below -700, infinity above 700.</summary>
    public static double Exp(double x)
    {
        if (x < -700) return 0;
        if (x > 700) return double.PositiveInfinity;
        var k = Math.Round(x / (Ln2High + Ln2Low));
        var r = Math.FusedMultiplyAdd(-k, Ln2High, x) - k * Ln2Low;
        var sum = 1.0;
        for (var n = 13; n > 0; n--) sum = Math.FusedMultiplyAdd(sum, r / n, 1);
        return sum * BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);
    }

    /// <summary>Natural logarithm of a positive, normal number.</summary>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | 0x3FF0000000000000L);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2 artanh((m - 1) / (m + 1)), |z| <= 0.172.
        var z = (mantissa - 1) / (mantissa + 1);
        var z2 = z * z;
        var sum = 0.0;
        for (var n = 21; n > 0; n -= 2) sum = Math.FusedMultiplyAdd(sum, z2, 1.0 / n);
        return exponent * Ln2High + (2 * z * sum + exponent * Ln2Low);
    }

    /// <summary>Sine and cosine of x in radians, |x| below 1e6.</summary>
    public static (double Sine, double Cosine) SinCos(double x)
    {
        var quadrant = Math.Round(x / HalfPiHigh);
        var r = Math.FusedMultiplyAdd(-quadrant, HalfPiHigh, x) - quadrant * HalfPiLow;
        var r2 = r * r;
        double sine = 1, cosine = 1;
        for (var n = 16; n > 0; n -= 2)
        {
            cosine = Math.FusedMultiplyAdd(cosine, -r2 / (n * (n - 1)), 1);
            sine = Math.FusedMultiplyAdd(sine, -r2 / (n * (n + 1)), 1);
        }

        sine *= r;
        return ((long)quadrant & 3) switch
        {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        };
    }
}
