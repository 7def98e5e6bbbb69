using System.CommandLine;
using NGrammys.Cli.Constraints;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Cli.Commands.Bench;

/// <summary><c>ngrammys bench constrain</c>: schemas through the grammar engine, without a model.</summary>
internal static class ConstrainCommand
{
    public static Command Create()
    {
        var cases = new Argument<string>("CASES.jsonl") { Description = "schemas of MaskBench's format, one {name, schema, tests: [{valid, data}]} a line" };
        var path = new Option<string>("--tokenizer") { Description = "the model's folder, or its tokenizer file", Required = true, HelpName = "DIR_OR_FILE" };
        var json = new Option<bool>("--json") { Description = "print all figures as JSON" };
        var command = new Command("constrain", "Tell which schemas are understood, whether they hold, and what masks cost.") { cases, path, json };
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var tokenizer = Tokenizer.Load(arguments.GetValue(path)!);
            var report = await Task.Run(() => ConstraintReport.Make(ConstraintCase.Read(arguments.GetValue(cases)!), tokenizer, tokenizer.Size, cancellationToken), cancellationToken);
            Console.WriteLine(arguments.GetValue(json) ? report.ToJson() : report.ToText());
        }));
        return command;
    }
}
