using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.Cli.Benchmarks.Serving;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands.Bench;

/// <summary><c>ngrammys bench serve</c>: any server that speaks OpenAI's protocol under load, or several side by side.</summary>
internal static class ServeBenchCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var urls = new Option<string[]>("--url") { Description = "address of a server; several are measured side by side", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "URL" };
        var keys = new Option<string[]>("--key") { Description = "API key of each address, in the same order; one for all is enough", DefaultValueFactory = _ => [], HelpName = "KEY" };
        var model = new Option<string?>("--model") { Description = "model to ask for (default: the first that the server lists)", HelpName = "NAME" };
        var prompts = new Option<string>("--prompts") { Description = "JSON Lines of MT-Bench, Spec-Bench, HumanEval, GSM8K, or {prompt | turns | messages, category}; also .gz", Required = true, HelpName = "FILE" };
        var plain = new Option<bool>("--compare-plain") { Description = "measure each NGrammys a second time with speculation off" };
        var concurrency = new Option<string?>("--concurrency") { Description = "conversations at once, one stage each (default: 1,4,16 where no --rate is given)", HelpName = "1,4,16" };
        var rate = new Option<string?>("--rate") { Description = "conversations a second at random times, one stage each", HelpName = "0.5,2" };
        var count = new Option<int>("--conversations") { Description = "conversations of a stage", DefaultValueFactory = _ => 32, HelpName = "N" };
        var tokens = new Option<int>("--max-tokens") { Description = "most tokens of a reply", DefaultValueFactory = _ => 128, HelpName = "N" };
        var temperature = new Option<double>("--temperature") { Description = "0 is greedy", DefaultValueFactory = _ => 0, HelpName = "T" };
        var seed = new Option<int>("--seed") { Description = "of the choice of prompts, of arrivals and of sampling", DefaultValueFactory = _ => 1, HelpName = "S" };
        var firstToken = new Option<double>("--slo-first-token") { Description = "seconds to the first token that people can bear", DefaultValueFactory = _ => double.PositiveInfinity, HelpName = "S" };
        var perToken = new Option<double>("--slo-token") { Description = "seconds a token that people can bear", DefaultValueFactory = _ => double.PositiveInfinity, HelpName = "S" };
        var report = new Option<string?>("--report") { Description = "write plots and figures as one HTML file", HelpName = "FILE.html" };
        var json = new Option<bool>("--json") { Description = "print all figures as JSON, every reply included" };
        var command = new Command("serve", "Measure servers that speak OpenAI's protocol under load, side by side.")
        {
            urls, keys, model, prompts, plain, concurrency, rate, count, tokens, temperature, seed, firstToken, perToken, report, json,
        };
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var settings = new JsonObject
            {
                ["prompts"] = arguments.GetValue(prompts),
                ["conversations"] = arguments.GetValue(count),
                ["max_tokens"] = arguments.GetValue(tokens),
                ["temperature"] = arguments.GetValue(temperature),
                ["seed"] = arguments.GetValue(seed),
            };
            if (arguments.GetValue(count) < 1) throw new NGrammysException("--conversations must be 1 or more.");
            if (arguments.GetValue(tokens) < 1) throw new NGrammysException("--max-tokens must be 1 or more.");
            var loads = Loads(arguments.GetValue(concurrency), arguments.GetValue(rate));
            var chosen = Choose(PromptFile.Read(arguments.GetValue(prompts)!), arguments.GetValue(count), arguments.GetValue(seed));
            var targets = Targets(arguments.GetValue(urls)!, arguments.GetValue(keys)!, arguments.GetValue(plain));
            try
            {
                foreach (var target in targets) await target.ChooseAsync(arguments.GetValue(model), cancellationToken);
                var sampling = new JsonObject { ["max_tokens"] = arguments.GetValue(tokens), ["temperature"] = arguments.GetValue(temperature), ["seed"] = arguments.GetValue(seed) };
                var generator = new LoadGenerator(sampling, arguments.GetValue(seed), TimeProvider.System);
                var run = new ServingRun(targets, generator, new Limits(arguments.GetValue(firstToken), arguments.GetValue(perToken)));
                await WarmUpAsync(targets, generator, chosen[0], cancellationToken);
                await RunAsync(run, generator, loads, chosen, targets.Count, cancellationToken);
                Print(new ServingReport(settings, targets, run), arguments.GetValue(report), arguments.GetValue(json));
            }
            finally
            {
                foreach (var target in targets) target.Dispose();
            }
        }));
        return command;
    }

    private static List<Target> Targets(string[] urls, string[] keys, bool comparePlain)
    {
        if (keys.Length > 1 && keys.Length != urls.Length) throw new NGrammysException($"There are {urls.Length} addresses and {keys.Length} keys; give a key for each, or one for all.");
        var targets = new List<Target>();
        for (var i = 0; i < urls.Length; i++)
        {
            if (!Uri.TryCreate(urls[i], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                throw new NGrammysException($"'{urls[i]}' is no address; write it like http://127.0.0.1:5080.");
            var key = keys.Length == 0 ? null : keys[keys.Length == 1 ? 0 : i];
            var name = urls.Length == 1 && comparePlain ? "speculated" : $"{url.Host}:{url.Port}";
            if (comparePlain) targets.Add(new Target(urls.Length == 1 ? "plain" : $"{name} plain", url, key, plain: true, TimeProvider.System));
            targets.Add(new Target(name, url, key, plain: false, TimeProvider.System));
        }

        return targets;
    }

    private static List<Load> Loads(string? concurrency, string? rate) =>
    [
        .. (concurrency ?? (rate is null ? "1,4,16" : "")).Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.TryParse(text, CultureInfo.InvariantCulture, out var many) && many > 0 ? new Load(many, null)
                : throw new NGrammysException($"'{text}' in --concurrency is no number of conversations; write 1,4,16.")),
        .. (rate ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => double.TryParse(text, CultureInfo.InvariantCulture, out var often) && often > 0 && double.IsFinite(often) ? new Load(null, often)
                : throw new NGrammysException($"'{text}' in --rate is no number of conversations a second; write 0.5,2.")),
    ];

    // The same prompts for every load and every server; a file that is too short is used again.
    private static Prompt[] Choose(List<Prompt> all, int count, int seed)
    {
        var order = all.ToArray();
        new Random(seed).Shuffle(order);
        return [.. Enumerable.Range(0, count).Select(i => i < order.Length ? order[i] : order[i % order.Length] with { Id = $"{order[i % order.Length].Id}#{i / order.Length + 1}" })];
    }

    private static async Task WarmUpAsync(List<Target> targets, LoadGenerator generator, Prompt prompt, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            var (replies, _) = await generator.RunAsync(target, new Load(1, null), [prompt with { Turns = [prompt.Turns[0]] }], cancellationToken);
            if (replies.Single().Error is { } error) throw new NGrammysException($"{target.Url} does not answer a first question: {error}");
        }
    }

    private static async Task RunAsync(ServingRun run, LoadGenerator generator, List<Load> loads, Prompt[] prompts, int targets, CancellationToken cancellationToken)
    {
        var (progress, answered) = (new ProgressLine("replies"), 0);
        var expected = prompts.Sum(prompt => prompt.Turns.Count) * targets * loads.Count;
        var load = "";
        generator.Answered += () => progress.Show(Math.Min(1, (double)Interlocked.Increment(ref answered) / expected), load);
        foreach (var each in loads)
        {
            load = each.Name;
            await run.RunAsync(each, prompts, cancellationToken);
        }

        progress.Clear();
    }

    private static void Print(ServingReport report, string? page, bool json)
    {
        if (page is not null) File.WriteAllText(page, ServingPage.Write(report));
        Console.WriteLine(json ? report.Json().ToJsonString(Indented) : report.Table());
    }
}
