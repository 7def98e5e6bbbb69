using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>Padding that evens out the sizes of streamed events: how many characters a step has brought must not be read off its packet.</summary>
internal static class Obfuscation
{
    // Steps of a few words fall into one size; longer ones into the next.
    private const int Bucket = 64;

    /// <summary>Fills an event up to the next full size.</summary>
    /// <param name="json">The event.</param>
    /// <param name="text">The text in it whose length is to be hidden.</param>
    public static void Pad(JsonObject json, string text)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(JsonValue.Create(text).ToJsonString()) - 2;
        var missing = Bucket - length % Bucket;
        json["obfuscation"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(missing))[..missing];
    }
}
