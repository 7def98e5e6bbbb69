using System.CommandLine;
using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model inspect</c>: what is in a model folder, and what of it will not do.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "Hugging Face folder", HelpName = "DIR" };
        var memory = new Option<string?>("--memory") { Description = "tell how many conversations fit into a device of this memory, such as 24GiB", HelpName = "SIZE" };
        var conversation = new Option<int>("--conversation") { Description = "tokens of such a conversation", DefaultValueFactory = _ => 4096, HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "print it as JSON" };
        var command = new Command("inspect", "Say what a model folder holds and what it needs.") { folder, memory, conversation, json };
        command.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            var device = arguments.GetValue(memory) is { } size ? Sizing.ParseSize(size) : (long?)null;
            Inspect(arguments.GetValue(folder)!, device, arguments.GetValue(conversation), arguments.GetValue(json));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void Inspect(string path, long? device, int conversation, bool json)
    {
        ModelFolder model;
        try
        {
            model = ModelFolder.Open(path);
        }
        catch (NGrammysException e) when (json)
        {
            Print(new { supported = false, unsupported = (string[])[e.Message] });
            throw;
        }

        using (model)
        {
            var decoder = model.Decoder;
            var parameters = model.Weights.All().Sum(tensor => tensor.Elements);
            var stored = model.Weights.All().Sum(tensor => tensor.Length);
            var perToken = (long)decoder.KvElementsPerRow * sizeof(float);
            var cache = perToken * decoder.ContextLength;
            Sizing[] fits = device is { } bytes ? Sizing.All(decoder, parameters, bytes, conversation) : [];
            string[] types = [.. model.Weights.All().Select(tensor => Name(tensor.Type)).Distinct().Order(StringComparer.Ordinal)];
            if (json)
            {
                Print(new
                {
                    family = decoder.Family,
                    supported = true,
                    parameters,
                    dtype = string.Join("+", types),
                    context = decoder.ContextLength,
                    kv_bytes_per_token = perToken,
                    memory_bytes = stored + cache,
                    weight_bytes = stored,
                    layers = decoder.Layers.Count,
                    vocabulary = decoder.VocabularySize,
                    tokenizer = Tokenizer(path) ?? "ok",
                    fits = fits.Select(fit => new { dtype = fit.Type, weight_bytes = fit.Weights, kv_bytes_per_token = fit.PerToken, conversations = fit.Conversations }),
                    unsupported = Array.Empty<string>(),
                });
                return;
            }

            Console.WriteLine($"family       {decoder.Family}, {decoder.Layers.Count} layers of {decoder.HiddenSize}, vocabulary {decoder.VocabularySize}");
            Console.WriteLine($"parameters   {parameters:n0} in {string.Join(" and ", types)}");
            Console.WriteLine($"context      {decoder.ContextLength} tokens");
            Console.WriteLine($"keys/values  {perToken:n0} bytes a token (float32)");
            Console.WriteLine($"memory       {Mebibytes(stored)} MiB of weights as they are stored, {Mebibytes(cache)} MiB for one full context");
            foreach (var fit in fits)
            {
                Console.WriteLine($"fits         {fit.Conversations:n0} conversations of {conversation:n0} tokens beside {Mebibytes(fit.Weights)} MiB of weights in {fit.Type}, "
                    + $"{fit.PerToken:n0} bytes a token");
            }

            Console.WriteLine($"tokenizer    {Tokenizer(path) ?? "ok"}");
            Console.WriteLine("unsupported  nothing");
        }
    }

    private static string? Tokenizer(string path)
    {
        try
        {
            Inference.Tokenization.Tokenizer.Load(path, TimeProvider.System);
            return null;
        }
        catch (NGrammysException e)
        {
            return e.Message;
        }
    }

    private static string Name(DataType type) => type.ToString().ToLowerInvariant();

    private static string Mebibytes(long bytes) => $"{Math.Max(1, bytes >> 20):n0}";

    private static void Print(object value) => Console.WriteLine(JsonSerializer.Serialize(value, GenerateCommand.Readable));
}
