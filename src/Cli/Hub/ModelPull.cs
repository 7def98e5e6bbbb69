using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Hub;

/// <summary>Fetches a model from the hub into the folder of models: resumable, checked, and there only when it is whole.</summary>
internal sealed class ModelPull
{
    private const string CommitFile = ".commit";

    private readonly HubClient _hub;
    private readonly FileDownload _download;
    private readonly Action<double, string> _progress;

    /// <summary>Prepares a download.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="progress">Hears the share that has come, and the file at hand.</param>
    /// <param name="pause">See <see cref="FileDownload"/>; a second unless given.</param>
    public ModelPull(HubClient hub, Action<double, string> progress, TimeSpan? pause = null) =>
        (_hub, _progress, _download) = (hub, progress, new FileDownload(hub, pause ?? TimeSpan.FromSeconds(1), TimeProvider.System));

    /// <summary>Where a model lies, or will.</summary>
    public static string FolderOf(string models, RepositoryName name) => Path.Combine(models, name.Owner, name.Name);

    /// <summary>Fetches a model unless that very commit is there.</summary>
    /// <param name="name">The model.</param>
    /// <param name="revision">Branch, tag or commit.</param>
    /// <param name="models">The folder of models.</param>
    /// <param name="cancellationToken">Stops; the next call goes on from there.</param>
    /// <returns>The model's folder.</returns>
    /// <exception cref="NGrammysException">It cannot be had.</exception>
    public async Task<string> RunAsync(RepositoryName name, string revision, string models, CancellationToken cancellationToken)
    {
        var (commit, files) = await ListAsync(name, revision, cancellationToken);
        var target = FolderOf(models, name);
        if (File.Exists(Path.Combine(target, CommitFile)) && await File.ReadAllTextAsync(Path.Combine(target, CommitFile), cancellationToken) == commit) return target;
        var wanted = files.FindAll(file => file.IsWanted);
        if (!wanted.Exists(file => file.Name.EndsWith(".safetensors", StringComparison.Ordinal)))
            throw new NGrammysException($"{name} has no safetensors weights; choose a repository that has (a GGUF file is for `model import`).");

        var partial = Path.Combine(models, name.Owner, $".{name.Name}.{commit}.partial");
        Directory.CreateDirectory(partial);
        var lockFile = partial + ".lock";
        await using (Lock(lockFile, name))
        {
            var (total, come) = (wanted.Sum(file => file.Size ?? 0), 0L);
            foreach (var file in wanted.OrderBy(file => file.Size ?? 0))
            {
                var had = come;
                await _download.RunAsync(name, commit, file, partial, Show, cancellationToken);
                come += new FileInfo(Path.Combine(partial, file.Name)).Length;

                void Show(long bytes) => _progress(total == 0 ? 0 : Math.Min(1, (double)(had + bytes) / total), $"of {total / 1e6:f0} MB, {file.Name}");
            }

            await File.WriteAllTextAsync(Path.Combine(partial, CommitFile), commit, cancellationToken);
            Replace(target, partial);
        }

        File.Delete(lockFile);
        return target;
    }

    // The listing is small: it is asked for again as a file would be.
    private async Task<(string Commit, List<RepositoryFile> Files)> ListAsync(RepositoryName name, string revision, CancellationToken cancellationToken)
    {
        const int MostAttempts = 3;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _hub.ListAsync(name, revision, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException)
            {
                if (attempt == MostAttempts) throw new NGrammysException($"The hub cannot be reached ({e.Message.TrimEnd('.')}); check the network and HF_ENDPOINT.", e);
            }
        }
    }

    private static FileStream Lock(string path, RepositoryName name)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new NGrammysException($"{name} is being pulled by another process; wait for it.", e);
        }
    }

    private static void Replace(string target, string partial)
    {
        var old = $"{partial}.old";
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        if (Directory.Exists(target)) Directory.Move(target, old);
        Directory.Move(partial, target);
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
    }
}
