using System.Globalization;
using System.Text.RegularExpressions;

namespace NGrammys.Inference.Templates;

/// <summary>Python's strftime in the C locale, as far as templates use it.</summary>
internal static partial class PythonTime
{
    /// <summary>Formats a time; directives that are not known stay as they are.</summary>
    public static string Format(DateTimeOffset time, string format) => Directive().Replace(format, match =>
    {
        var number = match.Value[1] == '-';
        var text = match.Value[^1] switch
        {
            'Y' => Text(time, "yyyy"),
            'y' => Text(time, "yy"),
            'm' => Text(time, "MM"),
            'd' => Text(time, "dd"),
            'b' => Text(time, "MMM"),
            'B' => Text(time, "MMMM"),
            'a' => Text(time, "ddd"),
            'A' => Text(time, "dddd"),
            'H' => Text(time, "HH"),
            'I' => Text(time, "hh"),
            'M' => Text(time, "mm"),
            'S' => Text(time, "ss"),
            'p' => Text(time, "tt"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            '%' => "%",
            _ => match.Value,
        };
        return number ? text.TrimStart('0').PadLeft(1, '0') : text;
    });

    private static string Text(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);

    [GeneratedRegex("%-?[A-Za-z%]")]
    private static partial Regex Directive();
}
