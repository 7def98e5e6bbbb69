using System.CommandLine;
using System.Text.Json;
using NGrammys.Cli.Assessment;
using NGrammys.Cli.Benchmarks.Scale;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.Inference.Profiling;
using NGrammys.Inference.Tokenization;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands.Bench;

/// <summary><c>ngrammys bench scale</c>: what silos carry whose devices take the time that was measured, and what open conversations cost.</summary>
internal static class ScaleCommand
{
    private const int SmallestOpen = 100;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create()
    {
        var silos = new Option<int>("--silos") { Description = "silos, each with one device", DefaultValueFactory = _ => 2, HelpName = "N" };
        var concurrency = new Option<string>("--concurrency") { Description = "replies at once for each silo, separated by commas", DefaultValueFactory = _ => "1,4,16,64", HelpName = "1,4,16" };
        var reply = new Option<int>("--reply-tokens") { Description = "tokens of a reply", DefaultValueFactory = _ => 64, HelpName = "N" };
        var seconds = new Option<double>("--seconds") { Description = "how long each load is measured", DefaultValueFactory = _ => 10, HelpName = "S" };
        var open = new Option<int>("--open") { Description = "conversations to have open on one node in the end; 0 = leave that out", DefaultValueFactory = _ => 10_000, HelpName = "N" };
        var profile = new Option<string?>("--profile") { Description = "what passes cost, as profile --json prints it, of any machine (default: the model's here, measured first)", HelpName = "cost.json" };
        var json = new Option<bool>("--json") { Description = "print all figures as JSON" };
        var model = new ModelOptions();
        var command = new Command("scale", "Measure what the silos of a cluster carry beside their devices, which are simulated by measured costs.") { silos, concurrency, reply, seconds, open, profile, json };
        model.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var (many, most, length) = (arguments.GetValue(silos), arguments.GetValue(open), arguments.GetValue(seconds));
            if (many < 1) throw new NGrammysException($"--silos {many} is too few; take at least 1.");
            if (most != 0 && most < OpenStage.Fewest) throw new NGrammysException($"--open {most} is too few; take at least {OpenStage.Fewest}, or 0 to leave that out.");
            if (length is not > 0 or double.PositiveInfinity) throw new NGrammysException("--seconds must be greater than 0.");
            var at = EngineCommand.Numbers(arguments.GetValue(concurrency)!);
            var world = World(model.Read(arguments), arguments.GetValue(profile), arguments.GetValue(reply), cancellationToken);
            var asJson = arguments.GetValue(json);
            void Say(string line)
            {
                if (!asJson) Console.WriteLine(line);
            }

            Say($"Simulated silos that serve {world.Model.Name}, replies of {world.ReplyTokens} tokens, one token a step; {Environment.ProcessorCount} processors. Loads keep conversations in memory.\n\n{ScaleTable.LoadHead}");
            var loads = await LoadsAsync(new LoadStage(world, TimeSpan.FromSeconds(length)), many, at, row => Say(ScaleTable.Row(row)), cancellationToken);
            if (most > 0) Say($"\nOne node whose device takes no time, conversations in a file\n{ScaleTable.OpenHead}");
            var opened = await OpenAsync(new OpenStage(world), most, cancellationToken);
            foreach (var row in opened) Say(ScaleTable.Row(row));
            if (asJson)
                Console.WriteLine(JsonSerializer.Serialize(new { model = world.Model.Name, processors = Environment.ProcessorCount, world.ReplyTokens, loads, open = opened }, Json));
        }));
        return command;
    }

    private static ScaleWorld World(EngineOptions options, string? profile, int replyTokens, CancellationToken cancellationToken)
    {
        using var folder = ModelFolder.Open(options.Model);
        // A prompt has its part of the context, too.
        var longest = folder.Decoder.ContextLength / 2;
        if (replyTokens < 1 || replyTokens > longest) throw new NGrammysException($"--reply-tokens {replyTokens} will not do; take 1 to {longest} with {folder.Name}.");
        var info = new ModelInfo
        {
            Name = folder.Name,
            Fingerprint = folder.Name,
            ContextLength = folder.Decoder.ContextLength,
            VocabularySize = folder.Decoder.VocabularySize,
            StopTokens = folder.Defaults.StopTokens,
            DataType = "simulated",
            Device = "simulated",
        };
        return new ScaleWorld(info, Tokenizer.Load(options.Model), profile is null ? Measure(folder, options, cancellationToken) : CostFile.Read(profile), replyTokens);
    }

    private static DeviceCosts Measure(ModelFolder folder, EngineOptions options, CancellationToken cancellationToken)
    {
        var contexts = CostMeasurement.ContextsOf(folder.Decoder.ContextLength);
        using var executor = LoadedModel.CreateExecutor(folder, options, contexts[^1] + CostMeasurement.Tokens[^1], out _);
        var progress = new ProgressLine("cost of passes");
        var (seconds, _, prompt) = CostMeasurement.Run(executor, folder.Decoder.VocabularySize, contexts, progress.Show, cancellationToken);
        progress.Clear();
        return new DeviceCosts(contexts, CostMeasurement.Tokens, seconds, prompt);
    }

    // One silo beside all of them tells what a silo more brings; the same without devices tells how much is left for faster ones.
    private static async Task<List<LoadFigures>> LoadsAsync(LoadStage stage, int silos, int[] perSilo, Action<LoadFigures> finished, CancellationToken cancellationToken)
    {
        List<(int Silos, int PerSilo, bool Free)> all =
        [
            .. new[] { 1, silos }.Distinct().SelectMany(many => perSilo.Select(at => (many, at, false))),
            (silos, perSilo.Max(), true),
        ];
        var progress = new ProgressLine("loads");
        var rows = new List<LoadFigures>();
        foreach (var (many, at, free) in all)
        {
            progress.Show((double)rows.Count / all.Count, $"{many} silos, {at} at once for each");
            rows.Add(await stage.RunAsync(many, at, free, cancellationToken));
            progress.Clear();
            finished(rows[^1]);
        }

        return rows;
    }

    private static async Task<IReadOnlyList<OpenFigures>> OpenAsync(OpenStage stage, int most, CancellationToken cancellationToken)
    {
        if (most == 0) return [];
        var sizes = new List<int>();
        for (var size = SmallestOpen; size < most; size *= 10) sizes.Add(size);
        sizes.Add(most);
        var progress = new ProgressLine("open conversations");
        var figures = await stage.RunAsync(sizes, open => progress.Show((double)open / most, $"{open}"), cancellationToken);
        progress.Clear();
        return figures;
    }
}
