using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Cli.Generation;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys generate</c>: one reply, engine in process.</summary>
internal static class GenerateCommand
{
    // The text is read by people and by JSON parsers, never put into a page.
    internal static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int MostReplies = 128;

    public static Command Create()
    {
        var model = new ModelOptions();
        var prompt = new Option<string?>("--prompt") { Description = "text to continue", HelpName = "TEXT" };
        var ids = new Option<string?>("--prompt-ids") { Description = "token ids to continue, separated by commas", HelpName = "1,2,3" };
        var ignoreEnd = new Option<bool>("--ignore-eos") { Description = "go on behind the end-of-sequence token" };
        var maxTokens = new Option<int>("--max-tokens") { Description = "longest reply in tokens", DefaultValueFactory = _ => 256, HelpName = "N" };
        var temperature = new Option<double>("--temperature") { Description = "0 = greedy", HelpName = "T" };
        var sampling = new SamplingOptions();
        var constraint = new ConstraintOptions();
        var stop = new Option<string[]>("--stop") { Description = "end the reply before this text; may be repeated", HelpName = "TEXT", DefaultValueFactory = _ => [] };
        var stopIds = new Option<string?>("--stop-ids") { Description = "end the reply with one of these tokens, too", HelpName = "1,2,3" };
        var minTokens = new Option<int>("--min-tokens") { Description = "shortest reply in tokens", HelpName = "N" };
        var seed = new Option<ulong>("--seed") { Description = "key of the sampling noise", HelpName = "S" };
        var count = new Option<int>("--n") { Description = "number of replies, each with noise of its own", DefaultValueFactory = _ => 1, HelpName = "N" };
        var logProbabilities = new Option<int?>("--logprobs") { Description = "tell each token's log probability and the N likeliest tokens at its place", HelpName = "N" };
        var speculation = new Option<string>("--speculation")
        {
            Description = "off, auto, or the most draft nodes a step; it never changes the text",
            DefaultValueFactory = _ => "auto",
            HelpName = "MODE",
        };
        var json = new Option<bool>("--json") { Description = "print the reply and its statistics as JSON" };
        var command = new Command("generate", "Generate one reply.") { prompt, ids, ignoreEnd, maxTokens, minTokens, temperature, seed, count, stop, stopIds, logProbabilities, speculation, json };
        sampling.AddTo(command);
        constraint.AddTo(command);
        model.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var nodes = DraftNodes(arguments.GetValue(speculation)!);
            var replies = arguments.GetValue(count);
            if (replies is < 1 or > MostReplies) throw new NGrammysException($"--n {replies} is out of range; take 1 to {MostReplies}.");
            if (arguments.GetValue(logProbabilities) is not null && !arguments.GetValue(json)) throw new NGrammysException("--logprobs is told in JSON alone; add --json.");
            using var loaded = LoadedModel.Load(model.Read(arguments), TimeProvider.System, NullLoggerFactory.Instance);
            if (loaded.Notice is { } notice) await Console.Error.WriteLineAsync($"ngrammys: {notice}");
            var request = new SequenceRequest
            {
                Id = Guid.NewGuid(),
                Tenant = "local",
                Ids = PromptIds(arguments.GetValue(prompt), arguments.GetValue(ids), loaded.Tokenizer),
                MaxTokens = arguments.GetValue(maxTokens),
                StopTokens = [.. arguments.GetValue(ignoreEnd) ? [] : loaded.Engine.Model.StopTokens, .. arguments.GetValue(stopIds) is { } stops ? TokenIds.Parse("--stop-ids", stops) : []],
                StopStrings = arguments.GetValue(stop)!,
                MinTokens = arguments.GetValue(minTokens),
                Constraint = constraint.Read(arguments),
                TopLogProbabilities = arguments.GetValue(logProbabilities),
                Sampling = sampling.Read(arguments) with { Temperature = arguments.GetValue(temperature), Seed = arguments.GetValue(seed) },
            };
            await GenerateAsync(loaded, request, nodes, replies, arguments.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task GenerateAsync(LoadedModel loaded, SequenceRequest request, int nodes, int count, bool json, CancellationToken cancellationToken)
    {
        // Several replies at once would be told over each other: then each is shown when all are there.
        Action<string> show = json || count > 1 ? _ => { } : Console.Write;
        var choices = await Task.WhenAll(Enumerable.Range(0, count).Select(index => Choice.MakeAsync(
            told => Generation.Generation.RunAsync(loaded.Engine, request with { Id = Guid.NewGuid(), Choice = index }, nodes, told,
                loaded.Drafting.CreateDrafter("local"), cancellationToken),
            loaded.Tokenizer, request.StopStrings, show)));
        if (json)
        {
            var printed = choices[0].ToJson();
            if (count > 1) printed["choices"] = choices.Select(choice => choice.ToJson());
            Console.WriteLine(JsonSerializer.Serialize(printed, Readable));
        }
        else if (count == 1)
        {
            Console.WriteLine();
        }
        else
        {
            foreach (var (index, choice) in choices.Index()) Console.WriteLine($"[{index}] {choice.Text}");
        }
    }

    private static int DraftNodes(string mode) => mode switch
    {
        "off" => 0,
        "auto" => DraftBudget.DefaultMaxNodes,
        _ when int.TryParse(mode, NumberStyles.None, CultureInfo.InvariantCulture, out var nodes) => nodes,
        _ => throw new NGrammysException($"--speculation {mode} is none of off, auto and a number of draft nodes."),
    };

    private static int[] PromptIds(string? prompt, string? ids, ITokenizer tokenizer)
    {
        if (prompt is null == ids is null) throw new NGrammysException("Give either --prompt TEXT or --prompt-ids 1,2,3.");
        if (prompt is not null)
        {
            var encoded = tokenizer.Encode(prompt, addSpecial: true, parseSpecial: true);
            return encoded.Length > 0 ? encoded : throw new NGrammysException("The prompt is empty, and this model has no beginning-of-sequence token; write something.");
        }

        return TokenIds.Parse("--prompt-ids", ids!);
    }
}
