using System.CommandLine;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model warm</c>: builds a model's bigram and unigram tables, so that drafts need not begin with an empty memory.</summary>
internal static class WarmCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Hugging Face folder of the model", HelpName = "DIR" };
        var compute = new ModelOptions();
        var command = new Command("warm", "Build a model's bigram and unigram tables, beside the model.") { folder };
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
        Warm(model, "bigrams", BigramFile.PathOf(model, prefix), BigramFile.Find(model, prefix) is not null, progress =>
        {
            using var executor = LoadedModel.CreateExecutor(model, options, BigramBuilder.KvRows, out _);
            var vocabulary = model.Decoder.VocabularySize;
            BigramFile.Save(model, prefix, BigramBuilder.Build(executor, vocabulary, prefix, done => progress((double)done / vocabulary), cancellationToken));
        });
        Warm(model, "unigram", UnigramFile.PathOf(model), UnigramFile.Find(model) is not null,
            progress => UnigramFile.Save(model, UnigramBuilder.Build(model.Weights.Embedding, model.Weights.Head, progress, cancellationToken)));
    }

    private static void Warm(ModelFolder model, string what, string path, bool there, Action<Action<double>> build)
    {
        if (there)
        {
            Console.WriteLine($"{path} is there already.");
            return;
        }

        var progress = new ProgressLine($"{what} of {model.Name}");
        try
        {
            build(progress.Show);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new NGrammysException($"The table belongs beside the model, and '{model.Path}' cannot be written to; copy the model or change its permissions.", e);
        }
        finally
        {
            progress.Clear();
        }

        Console.WriteLine($"Wrote {path}.");
    }
}
