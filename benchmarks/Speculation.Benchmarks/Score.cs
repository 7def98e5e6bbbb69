namespace NGrammys.Speculation.Benchmarks;

/// <summary>What a strategy brought: tokens and verified nodes by category and by length of the context.</summary>
internal sealed class Score
{
    private static readonly int[] Lengths = [256, 512, 1024, int.MaxValue];

    private readonly SortedDictionary<string, (int Tokens, int Calls, long Drafted)> _cells = new(StringComparer.Ordinal);

    /// <summary>Names of the ranges of context lengths.</summary>
    public static IEnumerable<string> Ranges => ["<256", "256-511", "512-1023", ">=1024"];

    /// <summary>Counts a step.</summary>
    public void Add(Turn turn, int position, int tokens, int drafted)
    {
        var range = Ranges.ElementAt(Array.FindIndex(Lengths, length => position < length));
        foreach (var key in (ReadOnlySpan<string>)["all", turn.Conversation % 2 == 0 ? "even" : "odd", turn.Category, range])
        {
            var (t, c, d) = _cells.GetValueOrDefault(key);
            _cells[key] = (t + tokens, c + 1, d + drafted);
        }
    }

    /// <summary>Tokens of a cell.</summary>
    public int Tokens(string key) => _cells.GetValueOrDefault(key).Tokens;

    /// <summary>Tokens per call and drafted tokens per call of a cell.</summary>
    public string Cell(string key) => _cells.TryGetValue(key, out var cell) ? $"{(double)cell.Tokens / cell.Calls:f2} ({(double)cell.Drafted / cell.Calls:f1})" : "";
}
