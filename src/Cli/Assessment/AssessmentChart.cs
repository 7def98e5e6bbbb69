using System.Globalization;
using System.Security;
using System.Text;
using NGrammys.Drafting.Assessment;

namespace NGrammys.Cli.Assessment;

/// <summary>Draws tokens per call by category, a bar for each strategy, as SVG.</summary>
internal static class AssessmentChart
{
    private const int Left = 170, Top = 40, Bar = 12, Gap = 14, Width = 560, Right = 60;

    private static readonly string[] Colors = ["#9aa5b1", "#c9a227", "#3a7ca5", "#81a4cd", "#2f6f4e"];

    /// <summary>Draws a report.</summary>
    public static string Draw(AssessmentReport report)
    {
        string[] rows = [.. report.Results[0].Replay.Categories.Keys.Prepend("all").Distinct()];
        var results = report.Results;
        var group = results.Count * Bar + Gap;
        var most = Math.Max(1, results.SelectMany(result => rows.Select(row => Of(result.Replay, row).TokensPerCall)).Max());
        var height = Top + rows.Length * group + 20 * results.Count + 20;
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + Right}" height="{height}" font-family="sans-serif" font-size="12">""");
        Add(svg, $"""<rect width="100%" height="100%" fill="white"/><text x="{Left}" y="22" font-size="14">Tokens per call of the model; 1 is plain decoding</text>""");
        for (var row = 0; row < rows.Length; row++)
        {
            var y = Top + row * group;
            Add(svg, $"""<text x="{Left - 8}" y="{y + (group - Gap) / 2 + 4}" text-anchor="end">{SecurityElement.Escape(rows[row])}</text>""");
            for (var result = 0; result < results.Count; result++)
            {
                var value = Of(results[result].Replay, rows[row]).TokensPerCall;
                var width = value / most * Width;
                Add(svg, $"""<rect x="{Left}" y="{y + result * Bar}" width="{width:F1}" height="{Bar - 2}" fill="{Colors[result % Colors.Length]}"/>""");
                Add(svg, $"""<text x="{Left + width + 4:F1}" y="{y + result * Bar + 9}" font-size="10">{value:F2}</text>""");
            }
        }
        Add(svg, $"""<line x1="{Left + Width / most:F1}" y1="{Top - 6}" x2="{Left + Width / most:F1}" y2="{Top + rows.Length * group}" stroke="#666" stroke-dasharray="3 3"/>""");
        for (var result = 0; result < results.Count; result++)
        {
            var y = Top + rows.Length * group + 20 * result;
            Add(svg, $"""<rect x="{Left}" y="{y}" width="12" height="12" fill="{Colors[result % Colors.Length]}"/>""");
            Add(svg, $"""<text x="{Left + 18}" y="{y + 10}">{results[result].Name}: {results[result].Replay.All.DraftedPerCall:F1} drafted per call</text>""");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static Tally Of(Replay replay, string row) => row == "all" && !replay.Categories.ContainsKey("all") ? replay.All : replay.Categories[row];

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
