namespace NGrammys.Inference.Constraints;

/// <summary>A set of Unicode code points, surrogates left out: ranges in ascending order that do not touch. Immutable.</summary>
internal sealed class CodeSet
{
    /// <summary>The largest code point.</summary>
    public const int Last = 0x10FFFF;

    private CodeSet((int Low, int High)[] ranges) => Ranges = ranges;

    public static CodeSet All { get; } = Of((0, Last));

    /// <summary>What a string holds unescaped.</summary>
    public static CodeSet Plain { get; } = Of((0, 0x1F), ('"', '"'), ('\\', '\\')).Complement();

    public (int Low, int High)[] Ranges { get; }

    public static CodeSet Of(params IEnumerable<(int Low, int High)> ranges)
    {
        var (merged, sorted) = (new List<(int Low, int High)>(), ranges.ToList());
        sorted.Sort();
        foreach (var (low, high) in sorted)
        {
            if (merged.Count > 0 && low <= merged[^1].High + 1) merged[^1] = (merged[^1].Low, Math.Max(merged[^1].High, high));
            else merged.Add((low, high));
        }

        return new CodeSet([.. merged]);
    }

    public static CodeSet Of(int code) => Of((code, code));

    public CodeSet Union(CodeSet other) => Of(Ranges.Concat(other.Ranges));

    public CodeSet Complement()
    {
        var (rest, next) = (new List<(int, int)>(), 0);
        foreach (var (low, high) in Ranges)
        {
            if (low > next) rest.Add((next, low - 1));
            next = high + 1;
        }

        if (next <= Last) rest.Add((next, Last));
        return new CodeSet([.. rest]);
    }

    public bool Includes(CodeSet other) => other.Ranges.All(wanted => Ranges.Any(range => range.Low <= wanted.Low && wanted.High <= range.High));
}
