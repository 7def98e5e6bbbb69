using System.CommandLine;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model tokenize</c>: text to token ids and back.</summary>
internal static class TokenizeCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("DIR") { Description = "model folder, a folder that holds only a tokenizer, or the tokenizer's file" };
        var lines = new Option<bool>("--jsonl") { Description = "one {text, parse_special, add_special} a line; both are true unless given" };
        var json = new Option<bool>("--json") { Description = "print {ids, decoded} instead of bare ids" };
        var command = new Command("tokenize", "Text on standard input to token ids, special tokens recognised and put around it.") { path, lines, json };
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var tokenizer = Tokenizer.Load(arguments.GetValue(path)!);
            if (arguments.GetValue(lines))
            {
                await RequestStream.AnswerLinesAsync(request => Answer(tokenizer, tokenizer.Encode(
                    request.Member<string>("text", "a string") ?? throw new NGrammysException("A request needs a \"text\"."),
                    request.Flag("add_special", otherwise: true),
                    request.Flag("parse_special", otherwise: true))), cancellationToken);
                return;
            }

            var ids = tokenizer.Encode(await RequestStream.ReadAllAsync(cancellationToken), addSpecial: true, parseSpecial: true);
            if (arguments.GetValue(json)) await RequestStream.WriteAsync(Answer(tokenizer, ids));
            else await RequestStream.WriteTextAsync(string.Join(',', ids) + Environment.NewLine);
        }));
        return command;
    }

    private static object Answer(Tokenizer tokenizer, int[] ids) => new { ids, decoded = tokenizer.Decode(ids, skipSpecial: false) };
}
