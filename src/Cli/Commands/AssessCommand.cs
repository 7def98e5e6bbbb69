using System.CommandLine;
using NGrammys.Cli.Assessment;
using NGrammys.Drafting.Assessment;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys assess</c>: what speculation would bring on recorded conversations, before anything is deployed.</summary>
internal static class AssessCommand
{
    public static Command Create()
    {
        var traces = new Argument<string>("TRACES.jsonl") { Description = "recorded conversations, one a line" };
        var tokenizer = new Option<string>("--tokenizer") { Description = "the model's folder, or its tokenizer file", Required = true, HelpName = "DIR_OR_FILE" };
        var strategies = new Option<string?>("--strategies") { Description = $"names separated by commas: {string.Join(", ", Strategies.Names)}; all unless given", HelpName = "A,B" };
        var maxDrafted = new Option<double>("--max-drafted")
        {
            Description = "bound on the average of drafted tokens a step; single steps may spend more",
            DefaultValueFactory = _ => 16,
            HelpName = "N",
        };
        var profile = new Option<string?>("--profile") { Description = "what steps cost, as ngrammys profile measures it; else all cost the same", HelpName = "COST.json" };
        var json = new Option<bool>("--json") { Description = "print all figures as JSON" };
        var chart = new Option<string?>("--chart") { Description = "draw tokens per call by category", HelpName = "FILE.svg" };
        var command = new Command("assess", "Tell what speculation would bring on recorded conversations.") { traces, tokenizer, strategies, maxDrafted, profile, json, chart };
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var bound = arguments.GetValue(maxDrafted);
            if (!double.IsFinite(bound) || bound is < 0 or > 1024) throw new NGrammysException($"--max-drafted {bound} is not from 0 to 1024.");
            var chosen = Chosen(arguments.GetValue(strategies), bound);
            var costs = arguments.GetValue(profile) is { } path ? CostFile.Read(path).Passes : null;
            var turns = new TraceFile(RecordTokenizer.Load(arguments.GetValue(tokenizer)!)).Read(arguments.GetValue(traces)!);
            var report = await Task.Run(() => AssessmentReport.Make(turns, chosen, costs, cancellationToken), cancellationToken);
            if (arguments.GetValue(chart) is { } file) await File.WriteAllTextAsync(file, AssessmentChart.Draw(report), cancellationToken);
            Console.WriteLine(arguments.GetValue(json) ? report.ToJson() : report.ToText());
        }));
        return command;
    }

    private static List<(string Name, IStrategy Strategy)> Chosen(string? names, double maxDrafted)
    {
        var chosen = names is null ? Strategies.Names : names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (chosen.Count == 0) throw new NGrammysException($"--strategies names none; there are {string.Join(", ", Strategies.Names)}.");
        return
        [
            .. chosen.Distinct().Select(name => (name, Strategies.Create(name, maxDrafted)
                ?? throw new NGrammysException($"There is no strategy '{name}'; there are {string.Join(", ", Strategies.Names)}."))),
        ];
    }
}
