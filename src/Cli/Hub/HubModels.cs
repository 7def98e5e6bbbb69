using NGrammys.Cli.Commands;

namespace NGrammys.Cli.Hub;

/// <summary>The models of a data folder.</summary>
internal static class HubModels
{
    /// <summary>Fetches a model, with progress on a terminal.</summary>
    public static async Task<string> PullAsync(RepositoryName name, string revision, string data, CancellationToken cancellationToken)
    {
        using var hub = HubClient.FromEnvironment();
        var progress = new ProgressLine($"pulling {name}");
        try
        {
            return await new ModelPull(hub, progress.Show).RunAsync(name, revision, ModelsOf(data), cancellationToken);
        }
        finally
        {
            progress.Clear();
        }
    }

    /// <summary>The folder that <c>--model</c> means: a folder that is there, or OWNER/NAME, which is fetched when it is first used.</summary>
    public static async Task<string> ResolveAsync(string model, string data, CancellationToken cancellationToken)
    {
        if (Directory.Exists(model) || !RepositoryName.TryParse(model, out var name)) return model;
        var folder = ModelPull.FolderOf(ModelsOf(data), name);
        return Directory.Exists(folder) ? folder : await PullAsync(name, "main", data, cancellationToken);
    }

    private static string ModelsOf(string data) => Path.Combine(data, "models");
}
