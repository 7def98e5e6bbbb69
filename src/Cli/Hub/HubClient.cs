using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Hub;

/// <summary>The requests of the Hugging Face hub that a download needs.</summary>
/// <remarks>Redirects are followed here: the token belongs to the hub and goes to no other host, wherever its answers lead.</remarks>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 10;
    private const int LargestListing = 32 << 20;

    private readonly Uri _endpoint;
    private readonly string? _token;
    private readonly HttpClient _http;

    /// <summary>Names the hub.</summary>
    /// <param name="endpoint">Its address.</param>
    /// <param name="token">Access token, or null.</param>
    public HubClient(Uri endpoint, string? token)
    {
        (_endpoint, _token) = (endpoint, string.IsNullOrWhiteSpace(token) ? null : token.Trim());
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(30) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestListing,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ngrammys", "0.1"));
    }

    /// <summary>The hub that HF_ENDPOINT names, or else the public one; with the token in HF_TOKEN.</summary>
    /// <exception cref="NGrammysException">HF_ENDPOINT is no address.</exception>
    public static HubClient FromEnvironment()
    {
        var endpoint = Environment.GetEnvironmentVariable("HF_ENDPOINT") is { Length: > 0 } named ? named : "https://huggingface.co";
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new HubClient(uri, Environment.GetEnvironmentVariable("HF_TOKEN"))
            : throw new NGrammysException($"HF_ENDPOINT is '{endpoint}', which is no address; write it like https://hub.example.");
    }

    /// <summary>The commit that a revision means, and its files.</summary>
    public async Task<(string Commit, List<RepositoryFile> Files)> ListAsync(RepositoryName name, string revision, CancellationToken cancellationToken)
    {
        var address = Address($"api/models/{name}/revision/{Uri.EscapeDataString(revision)}?blobs=true");
        using var response = (await SendAsync(address, 0, cancellationToken)).Response;
        Check(response, $"{name} at revision '{revision}'");
        try
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var commit = json.RootElement.GetProperty("sha").GetString()!;
            if (commit.Length < 7 || !commit.All(char.IsAsciiHexDigit)) throw new FormatException("its commit is no commit");
            return (commit, [.. json.RootElement.GetProperty("siblings").EnumerateArray().Select(File)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new NGrammysException($"The answer of {_endpoint} about {name} is not that of a Hugging Face hub; check HF_ENDPOINT.", e);
        }
    }

    /// <summary>Asks for a file from a byte on. What the hub itself says about it is added to what is known of it.</summary>
    public async Task<(HttpResponseMessage Response, RepositoryFile File)> OpenAsync(
        RepositoryName name, string commit, RepositoryFile file, long from, CancellationToken cancellationToken)
    {
        var (response, size, digest) = await SendAsync(Address($"{name}/resolve/{commit}/{Uri.EscapeDataString(file.Name)}"), from, cancellationToken);
        // A server that is asked for bytes behind the end says so by this status, which is no failure of ours.
        if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable) Check(response, $"'{file.Name}' of {name}");
        return (response, file with { Size = file.Size ?? size, Digest = file.Digest ?? digest });
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _http.Dispose();

    private Uri Address(string path) => new($"{_endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    private async Task<(HttpResponseMessage Response, long? Size, string? Digest)> SendAsync(Uri address, long from, CancellationToken cancellationToken)
    {
        long? size = null;
        string? digest = null;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var trusted = Uri.Compare(address, _endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
            if (trusted && _token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (trusted)
            {
                digest ??= Hex(Header(response, "X-Linked-Etag")) ?? Hex(response.Headers.ETag?.Tag);
                size ??= long.TryParse(Header(response, "X-Linked-Size"), out var linked) ? linked : null;
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return (response, size, digest);
            response.Dispose();
            var next = new Uri(address, location);
            if (next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme == "http"))
                throw new NGrammysException($"{address.Host} leads to {next.Scheme}://{next.Host}, which is not safe; nothing was fetched from there.");
            address = next;
        }

        throw new NGrammysException($"{_endpoint} leads in circles: more than {MostRedirects} redirects.");
    }

    private void Check(HttpResponseMessage response, string what)
    {
        if (response.IsSuccessStatusCode) return;
        var status = (int)response.StatusCode;
        // Busy or broken for the moment: whoever asks may ask again.
        if (status is 408 or 429 or >= 500) throw new HttpRequestException($"{_endpoint.Host} answers {status}", null, response.StatusCode);
        throw new NGrammysException(status switch
        {
            401 or 403 when _token is null => $"{_endpoint.Host} does not show {what} to strangers ({status}): it is gated, private or misspelt. Set HF_TOKEN to a token that may read it.",
            401 or 403 => $"{_endpoint.Host} does not show {what} to the owner of HF_TOKEN ({status}); accept the model's terms on its page, or check the token.",
            404 => $"{_endpoint.Host} has no {what}; check name and revision.",
            _ => $"{_endpoint.Host} refuses {what} with status {status}.",
        });
    }

    private static RepositoryFile File(JsonElement sibling)
    {
        var lfs = sibling.TryGetProperty("lfs", out var large) && large.ValueKind == JsonValueKind.Object;
        return new RepositoryFile(
            sibling.GetProperty("rfilename").GetString()!,
            sibling.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number ? size.GetInt64() : null,
            lfs && large.TryGetProperty("sha256", out var sha) ? Hex(sha.GetString()) : sibling.TryGetProperty("blobId", out var blob) ? Hex(blob.GetString()) : null);
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static string? Hex(string? tag) => tag?.Trim('"') is { Length: 40 or 64 } digest && digest.All(char.IsAsciiHexDigit) ? digest.ToLowerInvariant() : null;
}
