using NGrammys.Storage;
using NGrammys.Storage.Sqlite;

namespace NGrammys.Cli.Diagnosis;

/// <summary>The data folder: whether it can be written, and whether its database opens.</summary>
internal static class DataFolderCheck
{
    private const long LeastSpace = 1L << 30;

    /// <summary>Looks at it.</summary>
    public static async Task<IReadOnlyList<Finding>> LookAsync(string folder)
    {
        var space = new DriveInfo(folder).AvailableFreeSpace;
        Finding room = new("disk", $"{space >> 20:n0} MiB free at {folder}", space < LeastSpace ? "Make room: a full disk stops every reply at its next token." : null);
        return [room, await DatabaseAsync(folder)];
    }

    private static async Task<Finding> DatabaseAsync(string folder)
    {
        var file = Path.Combine(folder, "conversations.db");
        var exists = File.Exists(file);
        try
        {
            // Not the real one: a server may be running, and a look must leave nothing behind.
            var probe = Path.Combine(folder, $".doctor-{Guid.NewGuid():n}.db");
            try
            {
                await using var store = SqliteStore.Open(probe, TimeProvider.System);
            }
            finally
            {
                foreach (var left in Directory.EnumerateFiles(folder, Path.GetFileName(probe) + "*")) File.Delete(left);
            }

            return new Finding("storage", exists ? $"{file}, {new FileInfo(file).Length >> 10:n0} KiB" : $"{file} will be made");
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            return new Finding("storage", $"{folder} cannot hold a database: {e.Message}", "Name a folder on a local disk that this user may write, with --data.");
        }
    }
}
