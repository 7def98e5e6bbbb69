using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Cli.Assessment;
using NGrammys.Cli.Benchmarks;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Profiling;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands.Bench;

/// <summary><c>ngrammys bench replay</c>: plain decoding against speculation with the real passes and scheduling of a model's shape, tokens forced from a record.</summary>
internal static class ReplayCommand
{
    private const int LongestContext = 2048;
    private const int RoomForDrafts = 128; // rows of a sequence

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create()
    {
        var trace = new Option<string>("--trace") { Description = "recorded conversations", HelpName = "TRACES.jsonl", Required = true };
        var shape = new Option<string>("--shape") { Description = string.Join(", ", ModelShape.All.Select(known => known.Name)), DefaultValueFactory = _ => "110m", HelpName = "NAME" };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "of the record, where it holds text instead of ids", HelpName = "DIR_OR_FILE" };
        var concurrency = new Option<string>("--concurrency") { Description = "replies made at once, separated by commas", DefaultValueFactory = _ => "1,4,16", HelpName = "1,4,16" };
        var replies = new Option<int>("--replies") { Description = "replies of each category, at each concurrency", DefaultValueFactory = _ => 16, HelpName = "N" };
        var seconds = new Option<double>("--seconds") { Description = "replies of a row are made again until it has taken so long", DefaultValueFactory = _ => 20, HelpName = "S" };
        var minutes = new Option<double?>("--minutes") { Description = "about how long the whole table may take; the rows share it", HelpName = "M" };
        var categories = new Option<string?>("--categories") { Description = "only these, separated by commas; adversarial is among them", HelpName = "a,b" };
        var profile = new Option<string?>("--profile") { Description = "what passes of the shape cost here, as profile --json prints it (default: measured first)", HelpName = "cost.json" };
        var json = new Option<bool>("--json") { Description = "print all figures as JSON, at the end" };
        var compute = new ModelOptions();
        var command = new Command("replay", "Measure plain decoding against speculation on a model's shape with random weights, tokens forced from a record.")
            { trace, shape, tokenizer, concurrency, replies, seconds, minutes, categories, profile, json };
        compute.AddComputeTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var count = arguments.GetValue(replies);
            if (count < 1) throw new NGrammysException($"--replies {count} is too few; take at least 1.");
            if (arguments.GetValue(minutes) is <= 0) throw new NGrammysException("--minutes must be greater than 0.");
            var (form, path, at) = (ModelShape.Find(arguments.GetValue(shape)!), arguments.GetValue(trace)!, EngineCommand.Numbers(arguments.GetValue(concurrency)!));
            var workloads = EngineCommand.Select(Workloads(path, arguments.GetValue(tokenizer), form, count), arguments.GetValue(categories));
            using var model = new RandomModel(form);
            var options = compute.Read(arguments, model.Folder.Path);
            var costs = arguments.GetValue(profile) is { } file ? CostFile.Read(file) : Measure(model, options, cancellationToken);
            var longest = workloads.Max(workload => workload.Turns.Max(turn => turn.Prompt.Length + turn.Reply.Length));
            var executor = LoadedModel.CreateExecutor(model.Folder, options, at.Max() * (longest + RoomForDrafts), out var type);
            var info = new ModelInfo
            {
                Name = form.Name,
                Fingerprint = model.Folder.Fingerprint(type),
                ContextLength = longest + 1,
                VocabularySize = form.Vocabulary,
                StopTokens = [],
                DataType = type.ToString().ToLowerInvariant(),
                Device = executor.Device,
            };
            using var engine = new InferenceEngine(info, executor, TimeProvider.System, NullLogger<InferenceEngine>.Instance);
            var asJson = arguments.GetValue(json);
            if (!asJson) Console.WriteLine(Head(info, path));
            var limit = arguments.GetValue(minutes) is { } most ? TimeSpan.FromMinutes(most / (workloads.Count * at.Length)) : (TimeSpan?)null;
            var rows = await MeasureAsync(engine, workloads, at, costs, TimeSpan.FromSeconds(arguments.GetValue(seconds)), limit, row => Console.WriteLine(WorkloadTable.Row(row)), asJson, cancellationToken);
            if (asJson) Console.WriteLine(JsonSerializer.Serialize(new { replay = true, shape = form.Name, device = info.Device, dtype = info.DataType, processors = Environment.ProcessorCount, rows }, Json));
        }));
        return command;
    }

    private static List<Workload> Workloads(string path, string? tokenizer, ModelShape shape, int count)
    {
        var turns = new TraceFile(tokenizer is null ? null : RecordTokenizer.Load(tokenizer)).Read(path);
        // A trace of another vocabulary would be other work.
        if (turns.SelectMany(turn => turn.Prompt.Concat(turn.Reply)).Any(token => token >= shape.Vocabulary))
            throw new NGrammysException($"'{path}' holds tokens beyond the {shape.Vocabulary} of the shape {shape.Name}; take another shape.");
        turns.RemoveAll(turn => turn.Prompt.Length == 0 || turn.Prompt.Length + turn.Reply.Length > LongestContext);
        return Workload.Of(turns, shape.Vocabulary, count);
    }

    private static DeviceCosts Measure(RandomModel model, EngineOptions options, CancellationToken cancellationToken)
    {
        int[] contexts = [32, 512, LongestContext];
        using var executor = LoadedModel.CreateExecutor(model.Folder, options, contexts[^1] + CostMeasurement.Tokens[^1], out _);
        var progress = new ProgressLine("cost of passes");
        var (seconds, _, prompt) = CostMeasurement.Run(executor, model.Folder.Decoder.VocabularySize, contexts, progress.Show, cancellationToken);
        progress.Clear();
        return new DeviceCosts(contexts, CostMeasurement.Tokens, seconds, prompt);
    }

    private static async Task<List<WorkloadFigures>> MeasureAsync(
        InferenceEngine engine, List<Workload> workloads, int[] concurrency, DeviceCosts costs, TimeSpan shortest, TimeSpan? limit, Action<WorkloadFigures> finished, bool quiet,
        CancellationToken cancellationToken)
    {
        var progress = new ProgressLine("replies");
        var rows = new List<WorkloadFigures>();
        // What runs first is compiled while it runs, and belongs to nobody's figures.
        var measurement = new EngineMeasurement(engine, () => new ReplayMemory(), forced: true);
        await measurement.RunAsync(workloads[0] with { Turns = workloads[0].Turns[..1] }, 1, null, TimeSpan.Zero, null, cancellationToken);
        foreach (var workload in workloads)
        {
            foreach (var many in concurrency)
            {
                progress.Show((double)rows.Count / (workloads.Count * concurrency.Length), $"{workload.Category}, {many} at once");
                var row = await measurement.RunAsync(workload, many, null, shortest, limit, cancellationToken);
                // Of the same replies.
                rows.Add(row with { Predicted = ReplayPrediction.Of(workload.Turns[..Math.Min(row.Replies, workload.Turns.Length)], many, costs) });
                progress.Clear();
                if (!quiet) finished(rows[^1]);
            }
        }

        return rows;
    }

    private static string Head(ModelInfo model, string path) =>
        $"Replay of {Path.GetFileName(path)}: real passes and scheduling of the shape {model.Name} with random weights, tokens forced from the record; {model.Device}, {model.DataType}, "
        + $"{Environment.ProcessorCount} processors. Whole replies, prompts included; drafts from text alone; predicted by assess.\n\n{WorkloadTable.Head}";
}
