using System.CommandLine;

namespace NGrammys.Cli.Commands.Bench;

/// <summary><c>ngrammys bench</c>: what the parts of the product do and cost on their own.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure parts of the product on their own.") { ConstrainCommand.Create(), EngineCommand.Create(), FailoverCommand.Create(), ReplayCommand.Create(), ScaleCommand.Create(), ServeBenchCommand.Create() };
}
