using System.CommandLine;
using NGrammys.Inference.Gguf;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model import</c>: a GGUF file becomes a Hugging Face folder.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "GGUF file", HelpName = "FILE.gguf" };
        var folder = new Option<string>("--to") { Description = "folder to make", Required = true, HelpName = "DIR" };
        var command = new Command("import", "Turn a GGUF file into a Hugging Face folder with bfloat16 weights.") { file, folder };
        command.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            var progress = new ProgressLine("importing");
            GgufImport.Run(arguments.GetValue(file)!, arguments.GetValue(folder)!, progress.Show);
            progress.Clear();
            Console.WriteLine($"Imported into {Path.GetFullPath(arguments.GetValue(folder)!)}.");
            return Task.CompletedTask;
        }));
        return command;
    }
}
