using System.Text.Json;
using System.Threading.Channels;

namespace NGrammys.WebFrontend.Limits;

/// <summary>One request, without a word of what was said in it.</summary>
public sealed record AuditEntry
{
    public required DateTimeOffset Time { get; init; }

    /// <summary>As in the answer's x-request-id.</summary>
    public required string Request { get; init; }

    /// <summary>Name of the key; null for a browser that was signed in by a link.</summary>
    public required string? Key { get; init; }

    public required string Tenant { get; init; }

    public required string Owner { get; init; }

    public required string Method { get; init; }

    /// <summary>The endpoint, as a pattern: ids of others' things are not told.</summary>
    public required string Endpoint { get; init; }

    public required int Status { get; init; }

    public required int PromptTokens { get; init; }

    public required int CompletionTokens { get; init; }

    public required long Milliseconds { get; init; }
}

/// <summary>Appends what was done with the API to a file of JSON lines in the data folder; it is what usage per key is counted from. Thread-safe.</summary>
public sealed class AuditLog : IAsyncDisposable
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "audit.jsonl";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Channel<AuditEntry> _entries = Channel.CreateUnbounded<AuditEntry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly string _path;
    private readonly Task _writing;

    /// <summary>Opens the log of a data folder.</summary>
    public AuditLog(string folder)
    {
        _path = Path.Combine(folder, FileName);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Adds an entry; it is written soon.</summary>
    public void Add(AuditEntry entry) => _entries.Writer.TryWrite(entry);

    /// <summary>All entries of a data folder, the oldest first. A line that was cut off by a crash is left out.</summary>
    public static IEnumerable<AuditEntry> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) yield break;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            AuditEntry? entry;
            try
            {
                entry = JsonSerializer.Deserialize<AuditEntry>(line, Json);
            }
            catch (JsonException)
            {
                continue;
            }

            if (entry is not null) yield return entry;
        }
    }

    /// <summary>Writes what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        while (await _entries.Reader.WaitToReadAsync())
        {
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            await using var file = new FileStream(_path, options);
            while (_entries.Reader.TryRead(out var entry))
            {
                // One write a line: two frontends on one folder do not mix theirs.
                byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, Json), (byte)'\n'];
                await file.WriteAsync(line);
            }
        }
    }
}
