using System.Numerics;

namespace NGrammys.Inference.Constraints;

/// <summary>Numbers between two bounds as sequences of digit ranges: how UTF-8, hexadecimal escapes and decimal integers become automata.</summary>
internal static class DigitRanges
{
    /// <summary>Sequences that cover [low, high] exactly, each <paramref name="length"/> digits to a base, most significant first.</summary>
    public static IEnumerable<(int Low, int High)[]> Split(BigInteger low, BigInteger high, int length, int digits)
    {
        if (length == 1)
        {
            yield return [((int)low, (int)high)];
            yield break;
        }

        var unit = BigInteger.Pow(digits, length - 1);
        var (first, last) = ((int)(low / unit), (int)(high / unit));
        var (lowRest, highRest) = (low % unit, high % unit);
        if (first == last)
        {
            foreach (var rest in Split(lowRest, highRest, length - 1, digits)) yield return [(first, first), .. rest];
            yield break;
        }

        if (lowRest != 0)
        {
            foreach (var rest in Split(lowRest, unit - 1, length - 1, digits)) yield return [(first, first), .. rest];
            first++;
        }

        var cut = highRest != unit - 1;
        if (cut) last--;
        if (first <= last) yield return [(first, last), .. Enumerable.Repeat((0, digits - 1), length - 1)];
        if (!cut) yield break;
        foreach (var rest in Split(0, highRest, length - 1, digits)) yield return [(last + 1, last + 1), .. rest];
    }
}
