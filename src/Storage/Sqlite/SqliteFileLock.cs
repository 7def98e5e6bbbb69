namespace NGrammys.Storage.Sqlite;

/// <summary>Keeps a second server from a store: a lock on a file beside it, which the operating system lifts when the process dies.</summary>
internal static class SqliteFileLock
{
    public static FileStream Take(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            throw new StorageException(StorageError.InUse,
                $"{path} is in use by another server; stop that one or choose another data folder.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageError.Unavailable,
                $"{path} cannot be written; check the permissions of its folder or choose another data folder.", failure);
        }
    }

    /// <summary>The framework has no type for it: a sharing violation on Windows, EWOULDBLOCK on Linux (11) and on macOS (35).</summary>
    private static bool IsHeld(IOException failure) =>
        OperatingSystem.IsWindows() ? (failure.HResult & 0xFFFF) == 32 : failure.HResult is 11 or 35;
}
