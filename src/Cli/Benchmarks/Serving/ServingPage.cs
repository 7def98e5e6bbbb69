using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>A report as one HTML file that needs nothing beside it: plots, table, and all figures as JSON inside.</summary>
internal static class ServingPage
{
    /// <summary>Writes it.</summary>
    public static string Write(ServingReport report)
    {
        var page = new StringBuilder("""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>NGrammys: servers side by side</title>
            <style>body{font:15px/1.5 sans-serif;margin:2em auto;max-width:80em;padding:0 1em;color:#222}pre{overflow-x:auto;background:#f6f6f4;padding:1em}figure{display:inline-block;margin:0 1em 1em 0}</style>
            </head><body><h1>Servers side by side</h1>

            """);
        foreach (var target in report.Targets)
            page.Append(CultureInfo.InvariantCulture, $"<p><b>{Text(target.Name)}</b>: {Text(target.Model)} at {Text(target.Url.ToString())}{(target.Plain ? ", speculation off" : "")}</p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>Settings: <code>{Text(report.Settings.ToJsonString())}</code></p>\n");
        foreach (var plot in Plots(report)) page.Append("<figure>").Append(plot.Draw()).Append("</figure>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h2>All figures</h2><pre>{Text(report.Table())}</pre>\n");
        // A closing tag in a text would end the element.
        page.Append("<script type=\"application/json\" id=\"figures\">").Append(JsonSerializer.Serialize(report.Json()).Replace("</", "<\\/", StringComparison.Ordinal)).Append("</script>\n");
        return page.Append("</body></html>\n").ToString();
    }

    private static IEnumerable<Plot> Plots(ServingReport report)
    {
        var all = report.Run.Stages.Where(stage => stage.Category == "all").ToList();
        foreach (var (axis, at) in ((string, Func<StageFigures, double?>)[])[("conversations at once", stage => stage.Load.Concurrency), ("conversations a second", stage => stage.Load.Rate)])
        {
            var stages = all.Where(stage => at(stage) is not null).ToList();
            if (stages.Count == 0) continue;
            Plot Of(string title, Func<StageFigures, double> value) => new(title, axis,
                [.. stages.GroupBy(stage => stage.Target).Select(group => (group.Key, (IReadOnlyList<(double, double)>)[.. group.Select(stage => (at(stage)!.Value, value(stage)))]))]);
            yield return Of("Tokens per second", stage => stage.TokensPerSecond);
            yield return Of("Good replies per second", stage => stage.Goodput);
            yield return Of("Time to the first token, p50, seconds", stage => stage.FirstToken.P50);
            yield return Of("Time to the first token, p99, seconds", stage => stage.FirstToken.P99);
            yield return Of("Time per token, p50, seconds", stage => stage.PerToken.P50);
            yield return Of("Time between chunks, p99, seconds", stage => stage.BetweenChunks.P99);
        }

        foreach (var load in report.Run.Replies.GroupBy(reply => reply.Load))
        {
            yield return new Plot($"Whole replies, {load.Key.Name}", "share of the replies",
                [.. load.GroupBy(reply => reply.Target).Select(group => (group.Key, Quantiles(group.Where(reply => reply.Reply.Error is null).Select(reply => reply.Reply.Ended))))]);
        }
    }

    private static IReadOnlyList<(double, double)> Quantiles(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? [] : [.. Enumerable.Range(0, 101).Select(i => (i / 100.0, Distribution.Quantile(sorted, i / 100.0)))];
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
