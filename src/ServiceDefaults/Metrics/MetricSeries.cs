using System.Globalization;
using System.Text;

namespace NGrammys.ServiceDefaults.Metrics;

/// <summary>The values of one instrument under one set of labels: a sum, a last value, or a histogram. Thread-safe.</summary>
/// <param name="bounds">Upper bounds of the histogram's buckets, rising; null = no histogram.</param>
internal sealed class MetricSeries(IReadOnlyList<double>? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[(bounds?.Count ?? 0) + 1];
    private double _value;
    private long _count;

    /// <summary>Labels in the format's own notation, the braces left out.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)!
                .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(name.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    /// <summary>Takes a measurement.</summary>
    /// <param name="value">The value.</param>
    /// <param name="adds">Whether it adds to what there is, or replaces it.</param>
    public void Take(double value, bool adds)
    {
        lock (_lock)
        {
            _value = adds ? _value + value : value;
            _count++;
            if (bounds is null) return;
            var bucket = 0;
            while (bucket < bounds.Count && value > bounds[bucket]) bucket++;
            _buckets[bucket]++;
        }
    }

    public void Write(StringBuilder text, string name, string labels)
    {
        lock (_lock)
        {
            if (bounds is null)
            {
                Line(text, name, labels, _value);
                return;
            }

            long below = 0;
            for (var bucket = 0; bucket <= bounds.Count; bucket++)
            {
                below += _buckets[bucket];
                var bound = bucket < bounds.Count ? bounds[bucket].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, $"{name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", below);
            }

            Line(text, $"{name}_sum", labels, _value);
            Line(text, $"{name}_count", labels, _count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
