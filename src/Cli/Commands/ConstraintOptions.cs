using System.CommandLine;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands;

/// <summary>Options that hold a reply to a format.</summary>
internal sealed class ConstraintOptions
{
    private readonly Option<string?> _schema = new("--json-schema") { Description = "hold the reply to the JSON Schema in this file", HelpName = "FILE" };
    private readonly Option<string?> _regex = new("--regex") { Description = "hold the reply to this regular expression", HelpName = "PATTERN" };
    private readonly Option<bool> _json = new("--json-mode") { Description = "hold the reply to a JSON object" };

    public void AddTo(Command command)
    {
        command.Options.Add(_schema);
        command.Options.Add(_regex);
        command.Options.Add(_json);
    }

    /// <exception cref="NGrammysException">More than one is given.</exception>
    public ConstraintSpecification? Read(ParseResult arguments) => (arguments.GetValue(_schema), arguments.GetValue(_regex), arguments.GetValue(_json)) switch
    {
        (null, null, false) => null,
        ({ } file, null, false) => new ConstraintSpecification(ConstraintKind.JsonSchema, File.ReadAllText(file)),
        (null, { } pattern, false) => new ConstraintSpecification(ConstraintKind.Regex, pattern),
        (null, null, true) => new ConstraintSpecification(ConstraintKind.Json),
        _ => throw new NGrammysException("Hold a reply to one of --json-schema, --regex and --json-mode, not to several."),
    };
}
