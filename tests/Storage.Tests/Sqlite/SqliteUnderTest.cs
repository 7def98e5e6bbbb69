using NGrammys.Storage.Sqlite;

namespace NGrammys.Storage.Tests.Sqlite;

/// <summary>A store in a folder of its own, which goes with it.</summary>
internal sealed class SqliteUnderTest : StoreUnderTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-storage-");

    public SqliteUnderTest() => Store = SqliteStore.Open(Path, Time);

    public string Path => System.IO.Path.Combine(_folder.FullName, "conversations.db");

    public SqliteStore Store { get; private set; }

    public override IConversationStore Conversations => Store;

    public override ITranscriptStore Transcript => Store;

    public override IQuotaStore Quotas => Store;

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = SqliteStore.Open(Path, Time);
    }

    /// <summary>What a process that dies now leaves behind: a copy of the file and its write-ahead log, of which the last bytes may be missing.</summary>
    public string CopyAsAfterKill(int missing = 0)
    {
        var copy = System.IO.Path.Combine(_folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName, "conversations.db");
        foreach (var suffix in (string[])["", "-wal"])
        {
            using var from = new FileStream(Path + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var to = File.Create(copy + suffix);
            from.CopyTo(to);
            if (suffix.Length > 0)
                to.SetLength(Math.Max(0, to.Length - missing));
        }

        return copy;
    }

    public override async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
