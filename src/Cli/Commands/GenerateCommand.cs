using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys generate</c>: one reply, engine in process.</summary>
internal static class GenerateCommand
{
    // The text is read by people and by JSON parsers, never put into a page.
    internal static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var model = new ModelOptions();
        var prompt = new Option<string?>("--prompt") { Description = "text to continue", HelpName = "TEXT" };
        var ids = new Option<string?>("--prompt-ids") { Description = "token ids to continue, separated by commas", HelpName = "1,2,3" };
        var ignoreEnd = new Option<bool>("--ignore-eos") { Description = "go on behind the end-of-sequence token" };
        var maxTokens = new Option<int>("--max-tokens") { Description = "longest reply in tokens", DefaultValueFactory = _ => 256, HelpName = "N" };
        var temperature = new Option<double>("--temperature") { Description = "0 = greedy", HelpName = "T" };
        var sampling = new SamplingOptions();
        var stop = new Option<string[]>("--stop") { Description = "end the reply before this text; may be repeated", HelpName = "TEXT", DefaultValueFactory = _ => [] };
        var minTokens = new Option<int>("--min-tokens") { Description = "shortest reply in tokens", HelpName = "N" };
        var seed = new Option<ulong>("--seed") { Description = "key of the sampling noise", HelpName = "S" };
        var speculation = new Option<string>("--speculation")
        {
            Description = "off, auto, or the most draft nodes a step; it never changes the text",
            DefaultValueFactory = _ => "auto",
            HelpName = "MODE",
        };
        var json = new Option<bool>("--json") { Description = "print the reply and its statistics as JSON" };
        var command = new Command("generate", "Generate one reply.") { prompt, ids, ignoreEnd, maxTokens, minTokens, temperature, seed, stop, speculation, json };
        sampling.AddTo(command);
        model.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var nodes = DraftNodes(arguments.GetValue(speculation)!);
            using var loaded = LoadedModel.Load(model.Read(arguments), TimeProvider.System, NullLoggerFactory.Instance);
            var request = new SequenceRequest
            {
                Id = Guid.NewGuid(),
                Tenant = "local",
                Ids = PromptIds(arguments.GetValue(prompt), arguments.GetValue(ids), loaded.Tokenizer),
                MaxTokens = arguments.GetValue(maxTokens),
                StopTokens = arguments.GetValue(ignoreEnd) ? [] : loaded.Engine.Model.StopTokens,
                StopStrings = arguments.GetValue(stop)!,
                MinTokens = arguments.GetValue(minTokens),
                Sampling = sampling.Read(arguments) with { Temperature = arguments.GetValue(temperature), Seed = arguments.GetValue(seed) },
            };
            await GenerateAsync(loaded, request, nodes, arguments.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task GenerateAsync(LoadedModel loaded, SequenceRequest request, int nodes, bool json, CancellationToken cancellationToken)
    {
        var detokenizer = new StoppingDetokenizer(loaded.Tokenizer.CreateDetokenizer(), request.StopStrings);
        var text = new StringBuilder();
        var reply = await Generation.Generation.RunAsync(loaded.Engine, request, nodes, Show, loaded.Drafting.CreateDrafter("local"), cancellationToken);
        text.Append(detokenizer.Flush());
        if (!json)
        {
            Console.WriteLine(text);
            return;
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            text = text.ToString(),
            tokens = reply.Tokens,
            steps = reply.Steps,
            tokens_per_call = Math.Round(reply.TokensPerCall, 3),
            drafted = reply.Drafted,
            accepted = reply.Accepted,
            seconds = Math.Round(reply.Elapsed.TotalSeconds, 4),
            tokens_per_second = Math.Round(reply.TokensPerSecond, 2),
        }, Readable));

        void Show(int[] tokens)
        {
            foreach (var token in tokens)
            {
                text.Append(detokenizer.Append(token));
            }

            if (json) return;
            Console.Write(text);
            text.Clear();
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
