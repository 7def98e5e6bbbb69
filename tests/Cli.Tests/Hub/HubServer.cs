using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NGrammys.Cli.Tests.Hub;

/// <summary>A hub on the loopback address, with another host that holds its large files, and with the accidents that a test asks for.</summary>
public sealed class HubServer : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly WebApplication _hub;
    private readonly WebApplication _store;

    private HubServer()
    {
        (_hub, _store) = (Build(), Build());
        _hub.MapGet("/api/models/{owner}/{name}/revision/{revision}", Revision);
        _hub.MapGet("/{owner}/{name}/resolve/{commit}/{file}", Resolve);
        _store.MapGet("/store/{file}", (HttpContext context, string file) => SendAsync(context, file));
    }

    public Uri Address => new(_hub.Urls.Single());

    /// <summary>What the repository holds.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>What comes instead of a file, though the listing describes the right one.</summary>
    public Dictionary<string, byte[]> Wrong { get; } = [];

    /// <summary>Names that are listed and then not there.</summary>
    public HashSet<string> Missing { get; } = [];

    /// <summary>The only token that is let in; null lets everybody in.</summary>
    public string? Token { get; set; }

    /// <summary>The connection is cut after so many bytes of a body, so many times.</summary>
    public (int Bytes, int Times) Cut { get; set; }

    /// <summary>Answers 503 so many times.</summary>
    public int Busy { get; set; }

    /// <summary>Answers a request for a range with the whole.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>Where large files lie; the other host unless a test says otherwise.</summary>
    public Func<string, string>? Location { get; set; }

    /// <summary>Whether the listing says how long files are and what their checksums are.</summary>
    public bool DescribesFiles { get; set; } = true;

    /// <summary>Requests as they came: host, path, range.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Tokens that the other host has seen.</summary>
    public ConcurrentQueue<string> Leaked { get; } = new();

    public static async Task<HubServer> StartAsync()
    {
        var server = new HubServer();
        await server._store.StartAsync();
        await server._hub.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    private IResult Revision(HttpContext context, string owner, string name, string revision)
    {
        Requests.Enqueue($"list {owner}/{name} {Uri.UnescapeDataString(revision)}");
        if (Refusal(context) is { } refusal) return refusal;
        if ((owner, name) != ("someone", "model") || Uri.UnescapeDataString(revision) is not ("main" or "refs/pr/1")) return Results.NotFound();
        return Results.Json(new
        {
            sha = Commit,
            siblings = Files.Select(file => !DescribesFiles ? (object)new { rfilename = file.Key } : IsLarge(file.Key)
                ? new { rfilename = file.Key, size = file.Value.Length, blobId = new string('0', 40), lfs = new { sha256 = Sha256(file.Value), size = file.Value.Length } }
                : new { rfilename = file.Key, size = file.Value.Length, blobId = GitBlob(file.Value) }),
        });
    }

    private async Task<IResult> Resolve(HttpContext context, string commit, string file)
    {
        Requests.Enqueue($"hub {file} {context.Request.Headers.Range}");
        if (Refusal(context) is { } refusal) return refusal;
        if (commit != Commit || Missing.Contains(file) || !Files.TryGetValue(file, out var content)) return Results.NotFound();
        if (IsLarge(file))
        {
            context.Response.Headers["X-Linked-Etag"] = $"\"{Sha256(content)}\"";
            context.Response.Headers["X-Linked-Size"] = $"{content.Length}";
            return Results.Redirect(Location?.Invoke(file) ?? $"{_store.Urls.Single()}/store/{file}");
        }

        context.Response.Headers.ETag = $"\"{GitBlob(content)}\"";
        await SendAsync(context, file);
        return Results.Empty;
    }

    private IResult? Refusal(HttpContext context)
    {
        if (Busy > 0)
        {
            Busy--;
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        return Token is null || context.Request.Headers.Authorization == $"Bearer {Token}" ? null : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    private async Task SendAsync(HttpContext context, string file)
    {
        if (context.Request.Path.StartsWithSegments("/store"))
        {
            Requests.Enqueue($"store {file} {context.Request.Headers.Range}");
            if (context.Request.Headers.Authorization.Count > 0) Leaked.Enqueue(context.Request.Headers.Authorization.ToString());
        }

        var content = Wrong.GetValueOrDefault(file) ?? Files[file];
        var from = 0;
        if (!IgnoresRanges && context.Request.GetTypedHeaders().Range?.Ranges.Single().From is { } start)
        {
            from = (int)start;
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength = content.Length - from;
        if (Cut.Times > 0 && IsLarge(file))
        {
            Cut = Cut with { Times = Cut.Times - 1 };
            await context.Response.Body.WriteAsync(content.AsMemory(from, Math.Min(Cut.Bytes, content.Length - from)));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(content.AsMemory(from));
    }

    private static bool IsLarge(string file) => file.EndsWith(".safetensors", StringComparison.Ordinal);

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    [SuppressMessage("Security", "CA5350", Justification = "Git names its blobs by SHA-1.")]
    private static string GitBlob(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
}
