namespace NGrammys.Speculation.Benchmarks;

/// <summary>The table: tokens per call and, in brackets, tokens drafted per call, of all strategies.</summary>
internal static class Table
{
    /// <summary>Writes it in Markdown.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="turns">The turns that were replayed.</param>
    /// <param name="rows">The strategies.</param>
    public static string Write(string model, List<Turn> turns, TableRow[] rows)
    {
        string[][] parts = [["all", "even", "odd"], [.. Score.Ranges], [.. turns.Select(turn => turn.Category).Distinct()]];
        var title = $"{model}, {turns.Count} turns of {turns.Select(turn => turn.Conversation).Distinct().Count()} conversations, {turns.Sum(turn => turn.Reply.Length)} tokens, greedy, float32; tokens per call (drafted per call)";
        return $"{title}\n\n{string.Join("\n\n", parts.SelectMany(part => part.Chunk(7)).Select(columns => Part(columns, rows)))}\n";
    }

    private static string Part(string[] columns, TableRow[] rows)
    {
        List<string> lines = [$"| strategy | {string.Join(" | ", columns)} |", $"|---|{string.Concat(columns.Select(_ => "---|"))}"];
        lines.AddRange(rows.Select(row => $"| {row.Strategy.Name} | {string.Join(" | ", columns.Select(row.Score.Cell))} |"));
        lines.Add($"| tokens | {string.Join(" | ", columns.Select(column => rows.Max(row => row.Score.Tokens(column))))} |");
        return string.Join('\n', lines);
    }
}
