using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands.Model;

/// <summary>Requests as JSON on standard input, answers as JSON on standard output. Both are UTF-8, whatever the terminal is set to.</summary>
internal static class RequestStream
{
    // The text is read by people and by JSON parsers, never put into a page.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>All of standard input.</summary>
    public static async Task<string> ReadAllAsync(CancellationToken cancellationToken)
    {
        using var input = Input();
        return await input.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Answers every line that is not empty with one line: the answer, or <c>{"error": why}</c>.</summary>
    public static async Task AnswerLinesAsync(Func<JsonObject, object> answer, CancellationToken cancellationToken)
    {
        using var input = Input();
        await using var output = Output();
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            object reply;
            try
            {
                reply = answer(Parse(line));
            }
            catch (NGrammysException e)
            {
                reply = new { error = e.Message };
            }

            await output.WriteLineAsync(JsonSerializer.Serialize(reply, Readable).AsMemory(), cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Prints an answer as JSON.</summary>
    public static Task WriteAsync(object answer) => WriteTextAsync(JsonSerializer.Serialize(answer, Readable) + Environment.NewLine);

    /// <summary>Prints text as it is.</summary>
    public static async Task WriteTextAsync(string text)
    {
        await using var output = Output();
        await output.WriteAsync(text);
    }

    /// <summary>Reads one request.</summary>
    /// <exception cref="NGrammysException">It is not a JSON object.</exception>
    public static JsonObject Parse(string json)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(json, documentOptions: options) as JsonObject ?? throw new NGrammysException("A request must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw new NGrammysException($"A request must be a JSON object ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>A member of a request; null where it is missing or null.</summary>
    /// <exception cref="NGrammysException">It is of another kind.</exception>
    public static T? Member<T>(this JsonObject request, string name, string kind)
        where T : class
    {
        var node = request[name];
        try
        {
            if (node is null or T) return node as T;
            if (node is JsonValue value && value.TryGetValue<T>(out var found)) return found;
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair is no text.
        }

        throw new NGrammysException($"\"{name}\" must be {kind}.");
    }

    /// <summary>A yes or no in a request.</summary>
    /// <exception cref="NGrammysException">It is neither.</exception>
    public static bool Flag(this JsonObject request, string name, bool otherwise) => request[name] switch
    {
        null => otherwise,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw new NGrammysException($"\"{name}\" must be true or false."),
    };

    private static StreamReader Input() => new(Console.OpenStandardInput(), Utf8, detectEncodingFromByteOrderMarks: false);

    private static StreamWriter Output() => new(Console.OpenStandardOutput(), Utf8);
}
