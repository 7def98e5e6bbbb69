namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>A conversation to hold with a server: what a person says, turn by turn.</summary>
/// <param name="Id">Its name in the file it came from.</param>
/// <param name="Category">Kind of work.</param>
/// <param name="Turns">What is said; each one is answered before the next.</param>
internal sealed record Prompt(string Id, string Category, IReadOnlyList<string> Turns);
