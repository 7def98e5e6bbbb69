using System.CommandLine;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model warm</c>: builds a model's bigram table, so that drafts need not begin with an empty memory.</summary>
internal static class WarmCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Hugging Face folder of the model", HelpName = "DIR" };
        var compute = new ModelOptions();
        var command = new Command("warm", "Build a model's bigram table, beside the model.") { folder };
        compute.AddComputeTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(cancellationToken =>
        {
            Run(compute.Read(arguments, arguments.GetValue(folder)!), cancellationToken);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void Run(EngineOptions options, CancellationToken cancellationToken)
    {
        using var model = ModelFolder.Open(options.Model);
        var prefix = BigramFile.PrefixOf(Tokenizer.Load(options.Model, TimeProvider.System));
        if (BigramFile.Find(model, prefix) is not null)
        {
            Console.WriteLine($"{BigramFile.PathOf(model, prefix)} is there already.");
            return;
        }

        using var executor = LoadedModel.CreateExecutor(model, options, BigramBuilder.KvRows, out _);
        var progress = new ProgressLine($"bigrams of {model.Name}");
        var vocabulary = model.Decoder.VocabularySize;
        var bigram = BigramBuilder.Build(executor, vocabulary, prefix, done => progress.Show((double)done / vocabulary), cancellationToken);
        progress.Clear();
        try
        {
            Console.WriteLine($"Wrote {BigramFile.Save(model, prefix, bigram)}.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new NGrammysException($"The table belongs beside the model, and '{model.Path}' cannot be written to; copy the model or change its permissions.", e);
        }
    }
}
