using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Cli.Assessment;
using NGrammys.Cli.Benchmarks;
using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands.Bench;

/// <summary><c>ngrammys bench engine</c>: plain decoding against speculation on recorded prompts, one after the other in one run.</summary>
internal static class EngineCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create()
    {
        var traces = new Argument<string>("TRACES.jsonl") { Description = "recorded conversations; their prompts are answered anew, as long as they were" };
        var concurrency = new Option<string>("--concurrency") { Description = "replies made at once, separated by commas", DefaultValueFactory = _ => "1,4,16", HelpName = "1,4,16" };
        var replies = new Option<int>("--replies") { Description = "replies of each category, at each concurrency", DefaultValueFactory = _ => 16, HelpName = "N" };
        var seconds = new Option<double>("--seconds") { Description = "replies of a row are made again until it has taken so long", DefaultValueFactory = _ => 20, HelpName = "S" };
        var categories = new Option<string?>("--categories") { Description = "only these, separated by commas; adversarial is among them", HelpName = "a,b" };
        var profile = new Option<string?>("--profile") { Description = "what passes cost here, as profile --json prints it: adds what it predicts", HelpName = "cost.json" };
        var json = new Option<bool>("--json") { Description = "print all figures as JSON" };
        var model = new ModelOptions();
        var command = new Command("engine", "Measure plain decoding against speculation, side by side in one run.") { traces, concurrency, replies, seconds, categories, profile, json };
        model.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var options = model.Read(arguments);
            var count = arguments.GetValue(replies);
            if (count < 1) throw new NGrammysException($"--replies {count} is too few; take at least 1.");
            var cost = arguments.GetValue(profile) is { } path ? CostFile.Read(path) : null;
            var turns = new TraceFile(RecordTokenizer.Load(options.Model)).Read(arguments.GetValue(traces)!);
            using var loaded = LoadedModel.Load(options, TimeProvider.System, NullLoggerFactory.Instance);
            var workloads = Select(Workload.Of(turns, loaded.Engine.Model.VocabularySize, count), arguments.GetValue(categories));
            var (engine, asJson, at) = (loaded.Engine.Model, arguments.GetValue(json), Numbers(arguments.GetValue(concurrency)!));
            if (!asJson) Console.WriteLine($"{engine.Name}, {engine.Device}, {engine.DataType}, {Environment.ProcessorCount} processors; whole replies, prompts included.\n\n{WorkloadTable.Head}");
            var rows = await MeasureAsync(loaded, workloads, at, cost, TimeSpan.FromSeconds(arguments.GetValue(seconds)), asJson ? null : row => Console.WriteLine(WorkloadTable.Row(row)), cancellationToken);
            if (asJson)
                Console.WriteLine(JsonSerializer.Serialize(new { model = engine.Name, device = engine.Device, dtype = engine.DataType, processors = Environment.ProcessorCount, rows }, Json));
        }));
        return command;
    }

    private static async Task<List<WorkloadFigures>> MeasureAsync(
        LoadedModel loaded, IReadOnlyList<Workload> workloads, int[] concurrency, DeviceCosts? cost, TimeSpan shortest, Action<WorkloadFigures>? finished, CancellationToken cancellationToken)
    {
        var measurement = new EngineMeasurement(loaded.Engine, () => new ModelMemory(loaded.Drafting));
        var progress = new ProgressLine("replies");
        var rows = new List<WorkloadFigures>();
        // What runs first is compiled while it runs, and belongs to nobody's figures.
        await measurement.RunAsync(workloads[0] with { Turns = workloads[0].Turns[..1] }, 1, null, TimeSpan.Zero, null, cancellationToken);
        foreach (var workload in workloads)
        {
            foreach (var many in concurrency)
            {
                progress.Show((double)rows.Count / (workloads.Count * concurrency.Length), $"{workload.Category}, {many} at once");
                rows.Add(await measurement.RunAsync(workload, many, cost, shortest, null, cancellationToken));
                progress.Clear();
                finished?.Invoke(rows[^1]);
            }
        }

        return rows;
    }

    /// <summary>Numbers of replies at once.</summary>
    /// <exception cref="NGrammysException">One is none.</exception>
    public static int[] Numbers(string text) =>
    [
        .. text.Split(',').Select(number => int.TryParse(number, CultureInfo.InvariantCulture, out var many) && many > 0
            ? many
            : throw new NGrammysException($"'{number}' in --concurrency is no number of replies; write 1,4,16.")),
    ];

    /// <summary>The workloads of some categories, or all.</summary>
    /// <exception cref="NGrammysException">There is no such category.</exception>
    public static List<Workload> Select(List<Workload> workloads, string? categories)
    {
        if (categories is null) return workloads;
        var names = categories.Split(',', StringSplitOptions.TrimEntries);
        var missing = Array.Find(names, name => !workloads.Exists(workload => workload.Category == name));
        if (missing is not null) throw new NGrammysException($"There is no category '{missing}': choose among {string.Join(", ", workloads.Select(workload => workload.Category))}.");
        return [.. workloads.Where(workload => names.Contains(workload.Category))];
    }
}
