using System.CommandLine;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model</c>: what is done with model folders.</summary>
internal static class ModelCommand
{
    public static Command Create() => new("model", "Model folders: make, look into, check.")
    {
        ImportCommand.Create(),
        PullCommand.Create(),
        TokenizeCommand.Create(),
        RenderCommand.Create(),
        WarmCommand.Create(),
        InspectCommand.Create(),
        LogitsCommand.Create(),
    };
}
