using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>What was measured of servers, as a table and as JSON.</summary>
/// <param name="Settings">What the run was asked for; it can be repeated from it.</param>
/// <param name="Targets">Who was measured.</param>
/// <param name="Run">The figures.</param>
internal sealed record ServingReport(JsonObject Settings, IReadOnlyList<Target> Targets, ServingRun Run)
{
    /// <summary>A line for each target, load and category.</summary>
    public string Table()
    {
        var table = new StringBuilder("target            load           category            replies  failed   tok/s  good/s  ttft p50   p90   p99  token p50   p99  chunk p50   p99  whole p50   p99\n");
        foreach (var stage in Run.Stages)
        {
            table.Append(CultureInfo.InvariantCulture,
                $"{stage.Target,-18}{stage.Load.Name,-15}{stage.Category,-20}{stage.Requests,7}{stage.Errors,8}{stage.TokensPerSecond,8:f1}{stage.Goodput,8:f2}");
            table.Append(CultureInfo.InvariantCulture, $"{Ms(stage.FirstToken.P50),10}{Ms(stage.FirstToken.P90),6}{Ms(stage.FirstToken.P99),6}");
            table.Append(CultureInfo.InvariantCulture, $"{Ms(stage.PerToken.P50),11}{Ms(stage.PerToken.P99),6}{Ms(stage.BetweenChunks.P50),11}{Ms(stage.BetweenChunks.P99),6}");
            table.Append(CultureInfo.InvariantCulture, $"{Ms(stage.WholeReply.P50),11}{Ms(stage.WholeReply.P99),6}\n");
        }

        table.Append("Times in milliseconds; good are replies within the limits of --slo-first-token and --slo-token.\n");
        foreach (var each in Run.Comparisons)
        {
            table.Append(CultureInfo.InvariantCulture,
                $"{each.Load.Name}: {each.Target} makes {each.Ratio:f2} times the tokens of {each.Beside} (rounds {each.Least:f2} to {each.Most:f2}); {each.Differing} replies differ\n");
        }

        foreach (var error in Run.Replies.Where(reply => reply.Reply.Error is not null).GroupBy(reply => (reply.Target, reply.Reply.Error)).Take(5))
            table.Append(CultureInfo.InvariantCulture, $"{error.Key.Target} failed {error.Count()} times: {error.Key.Error}\n");
        return table.ToString().TrimEnd('\n');
    }

    /// <summary>Everything, every answer included.</summary>
    public JsonObject Json() => new()
    {
        ["settings"] = Settings.DeepClone(),
        ["targets"] = new JsonArray([.. Targets.Select(target => new JsonObject { ["name"] = target.Name, ["url"] = target.Url.ToString(), ["model"] = target.Model, ["plain"] = target.Plain })]),
        ["stages"] = new JsonArray([.. Run.Stages.Select(Json)]),
        ["comparisons"] = new JsonArray([.. Run.Comparisons.Select(each => new JsonObject
        {
            ["target"] = each.Target,
            ["beside"] = each.Beside,
            ["load"] = each.Load.Name,
            ["ratio"] = each.Ratio,
            ["least"] = each.Least,
            ["most"] = each.Most,
            ["differing"] = each.Differing,
        })]),
        ["replies"] = new JsonArray([.. Run.Replies.Select(each => new JsonObject
        {
            ["target"] = each.Target,
            ["load"] = each.Load.Name,
            ["prompt"] = each.Reply.Prompt.Id,
            ["category"] = each.Reply.Prompt.Category,
            ["turn"] = each.Reply.Turn,
            ["started_s"] = Rounded(each.Reply.Started),
            ["first_token_s"] = Rounded(each.Reply.FirstToken),
            ["ended_s"] = Rounded(each.Reply.Ended),
            ["chunks"] = each.Reply.Chunks.Count,
            ["tokens"] = each.Reply.Tokens,
            ["error"] = each.Reply.Error,
        })]),
    };

    private static JsonNode Json(StageFigures stage) => new JsonObject
    {
        ["target"] = stage.Target,
        ["load"] = stage.Load.Name,
        ["concurrency"] = stage.Load.Concurrency,
        ["rate"] = stage.Load.Rate,
        ["category"] = stage.Category,
        ["requests"] = stage.Requests,
        ["errors"] = stage.Errors,
        ["tokens"] = stage.Tokens,
        ["seconds"] = Rounded(stage.Seconds),
        ["tokens_per_second"] = Rounded(stage.TokensPerSecond),
        ["requests_per_second"] = Rounded(stage.RequestsPerSecond),
        ["goodput"] = Rounded(stage.Goodput),
        ["ttft_s"] = Json(stage.FirstToken),
        ["itl_s"] = Json(stage.PerToken),
        ["inter_chunk_s"] = Json(stage.BetweenChunks),
        ["end_to_end_s"] = Json(stage.WholeReply),
    };

    private static JsonNode? Json(Distribution distribution) => double.IsNaN(distribution.Mean) ? null : new JsonObject
    {
        ["mean"] = Rounded(distribution.Mean),
        ["p50"] = Rounded(distribution.P50),
        ["p90"] = Rounded(distribution.P90),
        ["p99"] = Rounded(distribution.P99),
    };

    private static double Rounded(double seconds) => Math.Round(seconds, 6);

    private static string Ms(double seconds) => double.IsNaN(seconds) ? "-" : (1000 * seconds).ToString(seconds < 0.1 ? "f1" : "f0", CultureInfo.InvariantCulture);
}
