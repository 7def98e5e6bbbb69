using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Templates;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model render</c>: messages to the text that the model reads.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("DIR") { Description = "model folder with a chat template", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--template") { Description = "a chat template by itself", HelpName = "FILE" };
        var lines = new Option<bool>("--jsonl") { Description = "one request a line, answered by {rendered} or {error}" };
        var json = new Option<bool>("--json") { Description = "print {rendered} instead of the bare text" };
        var command = new Command(
            "render", "{messages, tools?, kwargs?, add_generation_prompt, special_tokens?, now?} on standard input to the prompt text.") { folder, file, lines, json };
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var clock = new RequestClock();
            var template = Template(arguments.GetValue(folder), arguments.GetValue(file), clock);
            if (arguments.GetValue(lines))
            {
                await RequestStream.AnswerLinesAsync(request => new { rendered = Render(template, clock, request) }, cancellationToken);
                return;
            }

            var rendered = Render(template, clock, RequestStream.Parse(await RequestStream.ReadAllAsync(cancellationToken)));
            if (arguments.GetValue(json)) await RequestStream.WriteAsync(new { rendered });
            else await RequestStream.WriteTextAsync(rendered);
        }));
        return command;
    }

    private static ChatTemplate Template(string? folder, string? file, TimeProvider clock) => (folder, file) switch
    {
        ({ } path, null) when Directory.Exists(path) => ChatTemplate.Load(path, clock),
        ({ } path, null) => throw new NGrammysException($"There is no model folder '{path}'; a template by itself is named with --template FILE."),
        (null, { } path) => new ChatTemplate(File.ReadAllText(path), clock),
        _ => throw new NGrammysException("Give either a model folder or --template FILE."),
    };

    private static string Render(ChatTemplate template, RequestClock clock, JsonObject request)
    {
        var variables = new JsonObject
        {
            ["messages"] = (request.Member<JsonArray>("messages", "an array") ?? throw new NGrammysException("A request needs \"messages\".")).DeepClone(),
            ["tools"] = request.Member<JsonArray>("tools", "an array")?.DeepClone(),
            ["documents"] = null,
            ["add_generation_prompt"] = request.Flag("add_generation_prompt", otherwise: true),
        };
        foreach (var name in (string[])["special_tokens", "kwargs"])
        {
            foreach (var (variable, value) in request.Member<JsonObject>(name, "an object") ?? []) variables[variable] = value?.DeepClone();
        }

        clock.Now = request.Member<string>("now", "a string") is { } now ? Time(now) : null;
        return template.Render(variables);
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new NGrammysException($"\"now\" must be a time such as 2026-07-04T12:00:00, not '{text}'.");

    /// <summary>The time that a request names, as it would be read off a clock there; the system's unless one is named.</summary>
    private sealed class RequestClock : TimeProvider
    {
        public DateTimeOffset? Now { get; set; }

        public override TimeZoneInfo LocalTimeZone => Now is { } now ? TimeZoneInfo.CreateCustomTimeZone("now", now.Offset, null, null) : base.LocalTimeZone;

        public override DateTimeOffset GetUtcNow() => Now?.ToUniversalTime() ?? base.GetUtcNow();
    }
}
