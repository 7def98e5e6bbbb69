using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NGrammys.Failover.Hosts;
using NGrammys.Failover.Rehearsals;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands.Bench;

/// <summary><c>ngrammys bench failover</c>: a cluster of real processes on this machine, killed, frozen and cut off while replies are written.</summary>
internal static class FailoverCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create()
    {
        var plan = new RehearsalPlan();
        var rows = new Option<string?>("--rows") { Description = $"only these, separated by commas: {string.Join(", ", RehearsalPlan.AllRows)}", HelpName = "a,b" };
        var quick = new Option<bool>("--quick") { Description = "every row once or twice, with shorter freezes and outages" };
        var kills = Count("--kills", $"kills of a silo ({plan.Kills})");
        var freezes = Count("--freezes", $"silos frozen ({plan.Freezes})");
        var cuts = Count("--cuts", $"silos, databases and frontends cut off, a third each ({plan.CutOffs})");
        var frontends = Count("--frontend-kills", $"kills of a frontend ({plan.FrontendKills})");
        var frozen = Count("--frozen", $"seconds of a freeze or a cut ({plan.Frozen.TotalSeconds:0})");
        var outage = Count("--outage", $"seconds without database ({plan.Outage.TotalSeconds:0})");
        var idle = Count("--idle", $"idle conversations while a silo leaves ({plan.Idle})");
        var streams = Count("--streams", $"readers at once ({plan.Streams})");
        var from = new Option<string?>("--from") { Description = "the folder bin of another release, for the rows upgrade and downgrade: a cluster goes from it to this one, and back", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "print all figures as JSON" };
        var command = new Command("failover", "Kill, freeze and cut off parts of a cluster on this machine while replies are written (needs PostgreSQL; about an hour).")
        {
            rows, quick, kills, freezes, cuts, frontends, frozen, outage, idle, streams, from, json,
        };
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var start = arguments.GetValue(quick) ? RehearsalPlan.Quick : plan;
            int Or(Option<int?> option, int given) => arguments.GetValue(option) is not { } value ? given
                : value >= 1 ? value : throw new NGrammysException($"{option.Name} {value} is too few; take at least 1.");
            var readers = Or(streams, start.Streams);
            var asked = start with
            {
                Rows = Select(arguments.GetValue(rows), arguments.GetValue(from) is not null),
                From = arguments.GetValue(from) is { } folder ? Release.At(folder) : null,
                Kills = Or(kills, start.Kills),
                Freezes = Or(freezes, start.Freezes),
                CutOffs = Or(cuts, start.CutOffs),
                FrontendKills = Or(frontends, start.FrontendKills),
                Frozen = TimeSpan.FromSeconds(Or(frozen, (int)start.Frozen.TotalSeconds)),
                Outage = TimeSpan.FromSeconds(Or(outage, (int)start.Outage.TotalSeconds)),
                Idle = Or(idle, start.Idle),
                Streams = readers,
                // A silo of three has a third of them at best.
                LeastHit = Math.Min(start.LeastHit, Math.Max(1, readers / 4)),
            };
            var figures = await new Rehearsal(asked, Console.Error.WriteLine).RunAsync(cancellationToken);
            Console.WriteLine(arguments.GetValue(json)
                ? JsonSerializer.Serialize(new { processors = Environment.ProcessorCount, silos = 3, frontends = 2, asked.Streams, asked.LongestReply, rows = figures }, Json)
                : Table(figures));
        }));
        return command;
    }

    private static Option<int?> Count(string name, string description) => new(name) { Description = description, HelpName = "N" };

    private static IReadOnlyList<string> Select(string? rows, bool upgrades)
    {
        if (rows is null) return RehearsalPlan.AllRows;
        var names = rows.Split(',', StringSplitOptions.TrimEntries);
        var missing = Array.Find(names, name => !RehearsalPlan.AllRows.Contains(name));
        if (!upgrades && Array.Find(names, name => name is "upgrade" or "downgrade") is { } row) throw new NGrammysException($"The row '{row}' needs --from DIR, the folder bin of the other release.");
        return missing is null ? names : throw new NGrammysException($"There is no row '{missing}': choose among {string.Join(", ", RehearsalPlan.AllRows)}.");
    }

    private static string Table(IReadOnlyList<RowFigures> rows) => string.Join('\n',
    [
        "row           tries  void  hit  gap p50    p99    max  replies  continued  frames  lost  doubled  altered  reordered  failed",
        .. rows.Select(row => string.Create(CultureInfo.InvariantCulture,
            $"{row.Row,-14}{row.Tries.Count,5}{row.Void,6}{row.GapSeconds?.Count ?? 0,5}{row.GapSeconds?.P50 ?? 0,9:f1}{row.GapSeconds?.P99 ?? 0,7:f1}{row.GapSeconds?.Max ?? 0,7:f1}")
            + string.Create(CultureInfo.InvariantCulture,
                $"{row.Replies,9}{row.Continued,11}{row.Frames,8}{row.Lost,6}{row.Doubled,9}{row.Altered,9}{row.Reordered,11}{row.FailedTurns,8}")
            + string.Concat(row.More.Select(more => string.Create(CultureInfo.InvariantCulture, $"  {more.Key} {more.Value}")))),
    ]);
}
