using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace NGrammys.WebFrontend.Page;

/// <summary>The built web client. It is part of the assembly, so that it is found however the frontend is hosted.</summary>
internal static class WebClient
{
    private const string Prefix = "client/";
    private const string Start = "index.html";
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    public static void MapWebClient(this IEndpointRouteBuilder endpoints)
    {
        var assembly = typeof(WebClient).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var path = resource[Prefix.Length..].Replace('\\', '/');
            var file = Read(path, stream);
            endpoints.MapGet(path == Start ? "/" : path, file.WriteAsync);
        }
    }

    private static PageFile Read(string path, Stream stream)
    {
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        // Names under assets/ contain a hash of their content.
        var cacheControl = path.StartsWith("assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        return new PageFile(content, ContentTypes.Mappings[Path.GetExtension(path)], cacheControl);
    }

    private sealed class PageFile(byte[] content, string contentType, string cacheControl)
    {
        private readonly Lazy<byte[]> _compressed = new(() => Compress(content));
        private readonly EntityTagHeaderValue _tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"");

        public Task WriteAsync(HttpContext context)
        {
            var headers = context.Response.Headers;
            headers.CacheControl = cacheControl;
            headers.Vary = HeaderNames.AcceptEncoding;
            var body = content;
            if (context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br"))
            {
                headers.ContentEncoding = "br";
                body = _compressed.Value;
            }
            return Results.Bytes(body, contentType, entityTag: _tag).ExecuteAsync(context);
        }

        private static byte[] Compress(byte[] content)
        {
            using var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal))
                brotli.Write(content);
            return compressed.ToArray();
        }
    }
}
