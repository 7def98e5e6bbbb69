using System.Globalization;
using System.Security;
using System.Text;

namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>Lines over one axis, as SVG.</summary>
/// <param name="Title">What is shown, with its unit.</param>
/// <param name="Axis">What lies along the bottom.</param>
/// <param name="Lines">Each with its points, from left to right.</param>
internal sealed record Plot(string Title, string Axis, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> Lines)
{
    private const int Left = 60, Top = 34, Width = 460, Height = 220, Ticks = 4;

    private static readonly string[] Colours = ["#2f6f4e", "#c9a227", "#3a7ca5", "#a5483a", "#7a5195", "#555555"];

    /// <summary>Draws it; from zero upwards, so that no difference looks larger than it is.</summary>
    public string Draw()
    {
        var points = Lines.SelectMany(line => line.Points).Where(point => double.IsFinite(point.Y)).ToList();
        var (from, to) = points.Count == 0 ? (0, 1) : (points.Min(point => point.X), points.Max(point => point.X));
        var most = Math.Max(points.Select(point => point.Y).DefaultIfEmpty(1).Max(), double.Epsilon);
        double X(double x) => Left + (to > from ? (x - from) / (to - from) : 0.5) * Width;
        double Y(double y) => Top + Height - y / most * Height;

        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + 20}" height="{Top + Height + 46 + 18 * Lines.Count}" font-family="sans-serif" font-size="12" role="img">""");
        Add(svg, $"""<title>{SecurityElement.Escape(Title)}</title><text x="{Left}" y="18" font-size="14">{SecurityElement.Escape(Title)}</text>""");
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var (y, x) = (most * tick / Ticks, from + (to - from) * tick / Ticks);
            Add(svg, $"""<line x1="{Left}" x2="{Left + Width}" y1="{Y(y):F1}" y2="{Y(y):F1}" stroke="#ddd"/><text x="{Left - 6}" y="{Y(y) + 4:F1}" text-anchor="end">{Short(y)}</text>""");
            Add(svg, $"""<text x="{X(x):F1}" y="{Top + Height + 16}" text-anchor="middle">{Short(x)}</text>""");
        }

        Add(svg, $"""<text x="{Left + Width / 2}" y="{Top + Height + 34}" text-anchor="middle">{SecurityElement.Escape(Axis)}</text>""");
        for (var i = 0; i < Lines.Count; i++)
        {
            var (colour, at) = (Colours[i % Colours.Length], Top + Height + 46 + 18 * i);
            var drawn = Lines[i].Points.Where(point => double.IsFinite(point.Y)).ToList();
            var path = string.Join(' ', drawn.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):F1},{Y(point.Y):F1}")));
            Add(svg, $"""<polyline fill="none" stroke="{colour}" stroke-width="2" points="{path}"/>""");
            if (drawn.Count < 20) foreach (var point in drawn) Add(svg, $"""<circle cx="{X(point.X):F1}" cy="{Y(point.Y):F1}" r="3" fill="{colour}"/>""");
            Add(svg, $"""<rect x="{Left}" y="{at}" width="12" height="12" fill="{colour}"/><text x="{Left + 18}" y="{at + 10}">{SecurityElement.Escape(Lines[i].Name)}</text>""");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Short(double value) => value.ToString(value >= 100 ? "F0" : value >= 1 ? "0.#" : "0.###", CultureInfo.InvariantCulture);

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
