using System.Text;
using Microsoft.AspNetCore.Http.Features;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Hubs;
using ConversationSummary = NGrammys.Client.Protocol.ConversationSummary;

namespace NGrammys.WebFrontend.Files;

/// <summary>Conversations as files, over plain HTTP: a hub's messages are too small for them. See docs/protocol.md.</summary>
internal sealed class ConversationFiles(IGrainFactory grains, Refusals refusals)
{
    // As the reader of the files has it; a frontend refuses before it holds more.
    private const long Largest = 32 * 1024 * 1024;

    public Task ExportAsync(HttpContext context, Guid id, string? format) => AnswerAsync(context, async () =>
    {
        switch (format)
        {
            case null or "jsonl":
                await WriteAsync(context, "application/jsonl", $"{id}.jsonl", await Grain(context, id).Export());
                break;
            case "markdown":
                await WriteAsync(context, "text/markdown; charset=utf-8", $"{id}.md", Encoding.UTF8.GetBytes(Markdown.Of(await Grain(context, id).Get())));
                break;
            default:
                throw new ChatException(RefusalCode.InvalidRequest, $"format is '{format}'; it can be jsonl or markdown.");
        }
    });

    public Task ImportAsync(HttpContext context, Guid? operationId) => AnswerAsync(context, async () =>
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = Largest;
        if (context.Request.ContentLength > Largest) throw TooLarge();
        using var file = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(file, context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge();
        }

        var operation = operationId ?? Guid.NewGuid();
        ConversationSummary summary = Wire.ToSummary(await Grain(context, operation).Import(operation, file.ToArray()));
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(summary, context.RequestAborted);
    });

    private async Task AnswerAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            var (code, line) = refusals.Explain(e);
            await Problem.WriteAsync(context, Status(code), code, line);
        }
    }

    private IConversationGrain Grain(HttpContext context, Guid conversation) =>
        grains.GetGrain<IConversationGrain>(new ConversationKey(context.User.Owner(), conversation).ToString());

    private static async Task WriteAsync(HttpContext context, string type, string name, byte[] file)
    {
        context.Response.ContentType = type;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = file.Length;
        await context.Response.Body.WriteAsync(file, context.RequestAborted);
    }

    private static ChatException TooLarge() => new(RefusalCode.InvalidRequest, $"The file may have {Largest >> 20} MiB.");

    private static int Status(string code) => code switch
    {
        RefusalCode.UnknownConversation => StatusCodes.Status404NotFound,
        RefusalCode.InvalidRequest => StatusCodes.Status400BadRequest,
        RefusalCode.Conflict => StatusCodes.Status409Conflict,
        RefusalCode.Internal => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
