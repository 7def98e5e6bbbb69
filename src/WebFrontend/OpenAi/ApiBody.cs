using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>Reads the JSON object that is the body of a request.</summary>
internal static class ApiBody
{
    /// <summary>Longest body: a context of a million tokens, and more than any model here reads.</summary>
    public const long LargestBytes = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The body's members.</summary>
    /// <exception cref="ApiError">It is no JSON object, or too large.</exception>
    public static async Task<Fields> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LargestBytes;
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, Options, context.RequestAborted);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw ApiError.NoJson("an object is expected.");
            CheckText(document.RootElement);
            return new Fields(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw ApiError.NoJson($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    // Half a surrogate pair can be written in JSON and is no text; better said here than found deep inside.
    private static void CheckText(JsonElement json)
    {
        try
        {
            switch (json.ValueKind)
            {
                case JsonValueKind.String:
                    json.GetString();
                    break;
                case JsonValueKind.Array:
                    foreach (var item in json.EnumerateArray()) CheckText(item);
                    break;
                case JsonValueKind.Object:
                    foreach (var member in json.EnumerateObject())
                    {
                        _ = member.Name;
                        CheckText(member.Value);
                    }

                    break;
            }
        }
        catch (InvalidOperationException)
        {
            throw ApiError.NoJson("a string holds half a surrogate pair.");
        }
    }
}
