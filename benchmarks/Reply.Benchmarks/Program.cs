using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Cli.Generation;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

// Arguments: model folder, trace file, every how many-th conversation.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (folder, traces, stride) = (args[0], args[1], args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 4);
using var model = LoadedModel.Load(new EngineOptions { Model = folder }, TimeProvider.System, NullLoggerFactory.Instance);
await GenerateAsync([model.Engine.Model.StopTokens[0]], 16, 0);

var ratios = new SortedDictionary<string, List<double>>();
var calls = new SortedDictionary<string, List<double>>();
var (plainTokens, plainSeconds, seconds, different) = (0, 0.0, 0.0, 0);
foreach (var line in File.ReadLines(traces).Where((_, i) => i % stride == 0))
{
    using var json = JsonDocument.Parse(line);
    var category = json.RootElement.GetProperty("category").GetString()!;
    foreach (var turn in json.RootElement.GetProperty("turns").EnumerateArray())
    {
        int[] prompt = [.. turn.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32())];
        var length = turn.GetProperty("completion_ids").GetArrayLength();
        // One after the other, so that whatever else the machine does falls on both alike.
        var plain = await GenerateAsync(prompt, length, 0);
        var speculated = await GenerateAsync(prompt, length, DraftBudget.DefaultMaxNodes);
        if (!plain.Tokens.AsSpan().SequenceEqual(speculated.Tokens)) different++;
        List(ratios, category).Add(plain.Elapsed / speculated.Elapsed);
        List(calls, category).Add(speculated.TokensPerCall);
        plainTokens += plain.Tokens.Length;
        plainSeconds += plain.Elapsed.TotalSeconds;
        seconds += speculated.Elapsed.TotalSeconds;
    }
}

Console.WriteLine($"{model.Engine.Model.Name}, {model.Engine.Model.Device}, {model.Engine.Model.DataType}, {Environment.ProcessorCount} cores, greedy, prompts included");
Console.WriteLine("category              replies  speed-up median (p10, p90)  tokens per call");
foreach (var (category, values) in ratios)
{
    Console.WriteLine($"{category,-20}{values.Count,9}{Quantile(values, 0.5),17:f2} ({Quantile(values, 0.1):f2}, {Quantile(values, 0.9):f2})"
        + $"{calls[category].Average(),17:f2}");
}

var all = ratios.Values.SelectMany(values => values).ToList();
Console.WriteLine($"{"all",-20}{all.Count,9}{Quantile(all, 0.5),17:f2} ({Quantile(all, 0.1):f2}, {Quantile(all, 0.9):f2}){calls.Values.SelectMany(v => v).Average(),17:f2}");
Console.WriteLine($"{plainTokens} tokens: {plainTokens / plainSeconds:f1} tokens/s plain, {plainTokens / seconds:f1} speculated; replies that differ: {different}");

Task<Generation> GenerateAsync(int[] prompt, int tokens, int nodes) => Generation.RunAsync(model.Engine,
    new SequenceRequest { Id = Guid.NewGuid(), Tenant = $"{Guid.NewGuid()}", Ids = prompt, MaxTokens = tokens }, nodes, _ => { }, model.Drafting.CreateDrafter("benchmark"), CancellationToken.None);

static List<double> List(SortedDictionary<string, List<double>> lists, string key) => lists.TryGetValue(key, out var list) ? list : lists[key] = [];

static double Quantile(List<double> values, double share)
{
    var (sorted, at) = (values.Order().ToArray(), share * (values.Count - 1));
    var (below, rest) = ((int)at, at - (int)at);
    return below + 1 < sorted.Length ? sorted[below] * (1 - rest) + sorted[below + 1] * rest : sorted[below];
}
