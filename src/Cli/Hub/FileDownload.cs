using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Hub;

/// <summary>Fetches one file, goes on where an earlier attempt was cut off, and keeps it only if it is what the hub says it is.</summary>
/// <param name="hub">The hub.</param>
/// <param name="pause">Before the second attempt in a row without progress; doubled for each one after it.</param>
/// <param name="time">Clock of the pauses.</param>
internal sealed class FileDownload(HubClient hub, TimeSpan pause, TimeProvider time)
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Fetches a file into a folder, unless it is there already.</summary>
    /// <param name="name">Its repository.</param>
    /// <param name="commit">Its commit.</param>
    /// <param name="file">The file.</param>
    /// <param name="folder">Holds whole files under their names, others with .part behind them.</param>
    /// <param name="progress">Hears how many of its bytes are there, those of an earlier attempt among them.</param>
    /// <param name="cancellationToken">Stops; what has come is kept.</param>
    /// <exception cref="NGrammysException">The hub refuses, fails for good, or sends something else.</exception>
    public async Task RunAsync(
        RepositoryName name, string commit, RepositoryFile file, string folder, Action<long> progress, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file.Name);
        if (File.Exists(path))
        {
            progress(new FileInfo(path).Length);
            return;
        }

        var part = path + ".part";
        for (var attempt = 1; ;)
        {
            var before = File.Exists(part) ? new FileInfo(part).Length : 0;
            try
            {
                file = await FetchAsync(name, commit, file, part, progress, cancellationToken);
                Verify(file, part);
                File.Move(part, path, overwrite: true);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException { InnerException: not null } or HttpIOException or TimeoutException)
            {
                // The disk's own failures are no reason to ask again; those of the network carry what lies behind them.
                var come = File.Exists(part) && new FileInfo(part).Length > before;
                attempt = come ? 1 : attempt + 1;
                if (attempt > MostAttempts)
                    throw new NGrammysException($"The download of '{file.Name}' was cut off {MostAttempts} times ({e.Message.TrimEnd('.')}); run the command again, it goes on from there.", e);
                await Task.Delay(pause * Math.Pow(2, attempt - 1), time, cancellationToken);
            }
        }
    }

    private async Task<RepositoryFile> FetchAsync(
        RepositoryName name, string commit, RepositoryFile file, string part, Action<long> progress, CancellationToken cancellationToken)
    {
        await using var output = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (file.Size is { } size && output.Length > size) output.SetLength(0);
        if (file.Size == output.Length && output.Length > 0) return file;
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            silence.CancelAfter(LongestSilence);
            var (response, known) = await hub.OpenAsync(name, commit, file, output.Length, silence.Token);
            using (response)
            {
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return known with { Size = known.Size ?? output.Length };
                // Whoever does not honour the range sends the whole file.
                var start = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? output.Length : 0;
                if (start != output.Length) output.SetLength(Math.Min(start, output.Length));
                if (start > output.Length) throw new NGrammysException($"The hub sent '{file.Name}' from byte {start} on where {output.Length} was asked for; try again.");
                output.Position = output.Length;
                progress(output.Length);
                await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
                await CopyAsync(body, output, known, progress, silence);
                // A body without a length that is cut off ends like a whole one.
                if (known.Size is { } whole && output.Length < whole) throw new HttpIOException(HttpRequestError.ResponseEnded, $"it ended after {output.Length} of {whole} bytes");
                return known;
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {LongestSilence.TotalSeconds.ToString("f0", CultureInfo.InvariantCulture)} seconds", e);
        }
    }

    private static async Task CopyAsync(Stream body, FileStream output, RepositoryFile file, Action<long> progress, CancellationTokenSource silence)
    {
        var buffer = new byte[1 << 17];
        while (await body.ReadAsync(buffer, silence.Token) is > 0 and var count)
        {
            silence.CancelAfter(LongestSilence);
            await output.WriteAsync(buffer.AsMemory(0, count), silence.Token);
            progress(output.Length);
            // The listing says how long it is; a body that does not end must not fill the disk.
            if (file.Size is { } size && output.Length > size) throw Wrong(file, output.Name, $"it is longer than {size} bytes");
        }
    }

    private static void Verify(RepositoryFile file, string part)
    {
        var length = new FileInfo(part).Length;
        if (file.Size is { } size && length != size) throw Wrong(file, part, $"it has {length} bytes instead of {size}");
        if (file.Digest is not { } expected) return;
        using var content = File.OpenRead(part);
        var digest = expected.Length == 64 ? Convert.ToHexStringLower(SHA256.HashData(content)) : GitBlob(content);
        if (digest == expected) return;
        content.Close();
        throw Wrong(file, part, $"its checksum is {digest[..12]}… instead of {expected[..12]}…");
    }

    [SuppressMessage("Security", "CA5350", Justification = "Git names its blobs by SHA-1; it guards against damage here, not against forgers.")]
    private static string GitBlob(FileStream content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        var buffer = new byte[1 << 16];
        while (content.Read(buffer) is > 0 and var count) hash.AppendData(buffer.AsSpan(0, count));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Going on from wrong bytes could never come right.
    private static NGrammysException Wrong(RepositoryFile file, string part, string why)
    {
        File.Delete(part);
        return new NGrammysException($"'{file.Name}' did not come as the hub describes it: {why}. It was deleted; run the command again.");
    }
}
