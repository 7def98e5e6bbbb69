using NGrammys.Fuzz.Targets;

namespace NGrammys.Fuzz;

/// <summary>Everything that reads a stranger's file.</summary>
internal static class FuzzTargets
{
    /// <summary>The targets.</summary>
    /// <param name="folder">They may write there.</param>
    public static IReadOnlyList<FuzzTarget> All(string folder) =>
    [
        SafetensorsTarget.Create(folder),
        ConfigurationTarget.Create(folder),
        TokenizerTarget.Create(folder),
        GgufTarget.Create(folder),
        TemplateTarget.Create(),
    ];
}
