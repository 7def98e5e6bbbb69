using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Numbers between bounds as patterns of their decimal digits.</summary>
/// <remarks>Where a bound, a multiple or an exclusion is to hold exactly, numbers have no exponent; integers never have one, nor a fraction.</remarks>
internal static class NumberPatterns
{
    private static readonly Pattern Digits = new Repeat(Digit(0, 9), 0, null);
    private static readonly Pattern Whole = new Choice([Digit(0, 0), new Sequence([Digit(1, 9), Digits])]);
    private static readonly Pattern Sign = new Repeat(Pattern.Literal("-"), 0, 1);
    private static readonly Pattern Plain = PatternParser.Parse("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?");
    private static readonly Pattern Integers = new Sequence([Sign, Whole]);
    private static readonly Pattern All = PatternParser.Parse("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    /// <summary>Patterns that a number must all match, or not match.</summary>
    public static List<(Pattern Pattern, bool Matches)> Of(Demands demands)
    {
        var free = demands.Lower is null && demands.Upper is null && demands.Multiples.Count == 0 && demands.Excluded.Count == 0;
        var patterns = new List<(Pattern, bool)> { (demands.Integer ? Integers : free ? All : Plain, true) };
        if (demands.Lower is var (low, above)) patterns.Add((AtLeast(low, above), true));
        if (demands.Upper is var (high, below)) patterns.Add((AtMost(high, below), true));
        foreach (var unit in demands.Multiples) patterns.Add((Multiples.Of(unit), true));
        foreach (var value in demands.Excluded) patterns.Add((Constant(value), false));
        return patterns;
    }

    /// <summary>The ways to write one number.</summary>
    public static Pattern Constant(JsonElement value)
    {
        var raw = Pattern.Literal(value.GetRawText());
        if (ExactNumber.Read(value) is not { } number) return raw;
        var (whole, fraction) = Magnitude(number).Parts();
        Pattern zeros = new Repeat(Digit(0, 0), 0, null);
        Pattern tail = fraction.Length > 0
            ? new Sequence([Pattern.Literal("." + fraction), zeros])
            : new Choice([Pattern.Empty, new Sequence([Pattern.Literal(".0"), zeros])]);
        var sign = number.Digits.IsZero ? Sign : Pattern.Literal(number.Digits.Sign < 0 ? "-" : "");
        return new Choice([raw, new Sequence([sign, Text(whole), tail])]);
    }

    private static Pattern AtLeast(ExactNumber bound, bool exclusive) => bound.Digits.Sign >= 0
        ? AtLeastMagnitude(bound, exclusive)
        : new Choice([new Sequence([Whole, Fraction(Digits)]), new Sequence([Pattern.Literal("-"), AtMostMagnitude(-bound, exclusive)])]);

    private static Pattern AtMost(ExactNumber bound, bool exclusive)
    {
        if (bound.Digits.Sign < 0) return new Sequence([Pattern.Literal("-"), AtLeastMagnitude(-bound, exclusive)]);
        var belowZero = AtLeastMagnitude(default, exclusive && bound.Digits.IsZero);
        return new Choice([AtMostMagnitude(bound, exclusive), new Sequence([Pattern.Literal("-"), belowZero])]);
    }

    private static Pattern AtLeastMagnitude(ExactNumber bound, bool exclusive)
    {
        var (whole, fraction) = bound.Parts();
        return new Choice([new Sequence([From(whole + 1), Fraction(Digits)]), new Sequence([Text(whole), Fraction(DigitsFrom(fraction, exclusive))])]);
    }

    private static Pattern AtMostMagnitude(ExactNumber bound, bool exclusive)
    {
        var (whole, fraction) = bound.Parts();
        var equal = new Sequence([Text(whole), Fraction(DigitsTo(fraction, exclusive))]);
        return whole.IsZero ? equal : new Choice([new Sequence([Range(0, whole - 1), Fraction(Digits)]), equal]);
    }

    // No digits means no point; that digits follow a point is for the syntax to see to.
    private static Pattern Fraction(Pattern digits)
    {
        Pattern written = new Sequence([Pattern.Literal("."), digits]);
        return new PatternAutomaton([digits]).LabelAt(0) != 0 ? new Choice([Pattern.Empty, written]) : written;
    }

    private static Pattern DigitsFrom(string bound, bool exclusive)
    {
        if (bound.Length == 0) return exclusive ? new Sequence([new Repeat(Digit(0, 0), 0, null), Digit(1, 9), Digits]) : Digits;
        var first = bound[0] - '0';
        var equal = new Sequence([Digit(first, first), DigitsFrom(bound[1..], exclusive)]);
        return first == 9 ? equal : new Choice([new Sequence([Digit(first + 1, 9), Digits]), equal]);
    }

    private static Pattern DigitsTo(string bound, bool exclusive)
    {
        if (bound.Length == 0) return exclusive ? new Choice([]) : new Repeat(Digit(0, 0), 0, null);
        var first = bound[0] - '0';
        var equal = new Sequence([Digit(first, first), DigitsTo(bound[1..], exclusive)]);
        return new Choice([Pattern.Empty, first == 0 ? new Choice([]) : new Sequence([Digit(0, first - 1), Digits]), equal]);
    }

    private static Pattern From(BigInteger low)
    {
        var length = Written(low).Length;
        return new Choice([Range(low, BigInteger.Pow(10, length) - 1), new Sequence([Digit(1, 9), new Repeat(Digit(0, 9), length, null)])]);
    }

    private static Pattern Range(BigInteger low, BigInteger high)
    {
        var ways = new List<Pattern>();
        for (var length = Written(low).Length; length <= Written(high).Length; length++)
        {
            var first = BigInteger.Max(low, length == 1 ? 0 : BigInteger.Pow(10, length - 1));
            var last = BigInteger.Min(high, BigInteger.Pow(10, length) - 1);
            foreach (var digits in DigitRanges.Split(first, last, length, 10)) ways.Add(new Sequence([.. digits.Select(digit => Digit(digit.Low, digit.High))]));
        }

        return new Choice([.. ways]);
    }

    private static Pattern Digit(int low, int high) => new Chars(CodeSet.Of(('0' + low, '0' + high)));

    private static ExactNumber Magnitude(ExactNumber number) => number.Digits.Sign < 0 ? -number : number;

    private static string Written(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);

    private static Pattern Text(BigInteger number) => Pattern.Literal(Written(number));
}
