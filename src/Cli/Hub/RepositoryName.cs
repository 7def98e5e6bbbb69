using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Hub;

/// <summary>OWNER/NAME: a model on the hub, and its place below the folder of models.</summary>
internal sealed partial record RepositoryName(string Owner, string Name)
{
    /// <summary>Reads OWNER/NAME.</summary>
    /// <exception cref="NGrammysException">It is written differently.</exception>
    public static RepositoryName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new NGrammysException($"'{text}' is no model on the hub; write it as OWNER/NAME.");

    /// <summary>Reads OWNER/NAME; false if it is written differently.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryName? name)
    {
        var match = Pattern().Match(text);
        name = match.Success ? new RepositoryName(match.Groups[1].Value, match.Groups[2].Value) : null;
        return match.Success;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Owner}/{Name}";

    // Neither part can lead out of the folder it names.
    [GeneratedRegex(@"^([A-Za-z0-9_][A-Za-z0-9_.-]*)/([A-Za-z0-9_][A-Za-z0-9_.-]*)\z")]
    private static partial Regex Pattern();
}
