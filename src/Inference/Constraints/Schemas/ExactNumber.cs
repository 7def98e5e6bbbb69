using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>A decimal number as it stands in JSON: digits / 10^scale, without rounding.</summary>
/// <param name="Digits">All digits, signed.</param>
/// <param name="Scale">How many of them stand behind the point; 0 where the number is an integer, and never more than needed.</param>
internal readonly record struct ExactNumber(BigInteger Digits, int Scale) : IComparable<ExactNumber>
{
    private const int MaxExponent = 400;

    /// <summary>Whether it is an integer.</summary>
    public bool IsInteger => Scale == 0;

    /// <summary>The largest integer that is not above it.</summary>
    public BigInteger Floor => BigInteger.Divide(Digits - (BigInteger.Remainder(Digits, Unit) is var rest && rest.Sign < 0 ? rest + Unit : rest), Unit);

    /// <summary>The smallest integer that is not below it.</summary>
    public BigInteger Ceiling => -(-this).Floor;

    private BigInteger Unit => BigInteger.Pow(10, Scale);

    public static ExactNumber operator -(ExactNumber number) => new(-number.Digits, number.Scale);

    /// <summary>Reads a number; null if it is beyond all reason.</summary>
    public static ExactNumber? Read(JsonElement element)
    {
        var text = element.GetRawText();
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (mark >= 0 && (!int.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > MaxExponent)) return null;
        var mantissa = mark < 0 ? text : text[..mark];
        if (mantissa.Length > MaxExponent) return null;
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        if (scale < 0) (digits, scale) = (digits * BigInteger.Pow(10, -scale), 0);
        while (scale > 0 && BigInteger.Remainder(digits, 10).IsZero) (digits, scale) = (digits / 10, scale - 1);
        return new ExactNumber(digits, scale);
    }

    /// <summary>Whether it is another number times an integer.</summary>
    public bool IsMultipleOf(ExactNumber unit) => BigInteger.Remainder(Digits * unit.Unit, unit.Digits * Unit).IsZero;

    /// <inheritdoc/>
    public int CompareTo(ExactNumber other) => (Digits * other.Unit).CompareTo(other.Digits * Unit);

    /// <summary>The digits before and behind the point of a number that is not negative.</summary>
    public (BigInteger Whole, string Fraction) Parts()
    {
        var whole = BigInteger.DivRem(Digits, Unit, out var rest);
        return (whole, Scale == 0 ? "" : rest.ToString(CultureInfo.InvariantCulture).PadLeft(Scale, '0'));
    }
}
