using System.Globalization;
using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.OpenAi.Conversations;

/// <summary>/v1/conversations: the stored conversations, the same that people see in the web client. Of metadata the title is kept, and nothing else taken.</summary>
internal sealed class ConversationsEndpoint(IGrainFactory grains)
{
    private const string Title = "title";
    private const int DefaultLimit = 20;
    private const int MostItems = 100;

    public async Task CreateAsync(HttpContext context)
    {
        var body = await ApiBody.ReadAsync(context);
        if (body.Items("items") is { Count: > 0 })
            throw ApiError.Unsupported("items", "A conversation begins empty; say the first message with /v1/responses.");
        var id = Guid.NewGuid();
        var summary = await Grain(context, id).Create(id, TitleOf(body));
        await WriteAsync(context, summary);
    }

    public async Task GetAsync(HttpContext context) => await WriteAsync(context, (await Grain(context, Id(context)).Get()).Summary);

    public async Task UpdateAsync(HttpContext context)
    {
        var grain = Grain(context, Id(context));
        if (TitleOf(await ApiBody.ReadAsync(context)) is { } title) await grain.Rename(title);
        await WriteAsync(context, (await grain.Get()).Summary);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var id = Id(context);
        await Grain(context, id).Delete();
        await context.Response.WriteAsJsonAsync(
            new JsonObject { ["id"] = ConversationId.Of(id), ["object"] = "conversation.deleted", ["deleted"] = true }, context.RequestAborted);
    }

    public async Task ItemsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = query["limit"].ToString() switch
        {
            "" => DefaultLimit,
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostItems => number,
            _ => throw ApiError.OutOfRange("limit", $"an integer from 1 to {MostItems}"),
        };
        var items = ConversationItems.Branch(await Grain(context, Id(context)).Get());
        switch (query["order"].ToString())
        {
            case "" or "desc":
                items.Reverse();
                break;
            case "asc":
                break;
            default:
                throw ApiError.OutOfRange("order", "asc or desc");
        }

        if (query["after"].ToString() is { Length: > 0 } after)
        {
            var at = items.FindIndex(item => item.Id == ConversationId.ParseMessage(after));
            items = at >= 0 ? items[(at + 1)..] : throw ApiError.NotFound("There is no item of that id in this conversation.", "after");
        }

        await context.Response.WriteAsJsonAsync(ConversationItems.List([.. items.Take(limit)], items.Count > limit), context.RequestAborted);
    }

    public async Task ItemAsync(HttpContext context)
    {
        var wanted = ConversationId.ParseMessage((string)context.Request.RouteValues["item"]!);
        var view = await Grain(context, Id(context)).Get();
        var item = view.Messages.FirstOrDefault(message => message.Id == wanted) ?? throw ApiError.NotFound("There is no item of that id in this conversation.");
        await context.Response.WriteAsJsonAsync(ConversationItems.ToJson(item), context.RequestAborted);
    }

    private IConversationGrain Grain(HttpContext context, Guid id) => ConversationId.Grain(grains, context.User.Owner(), id);

    private static Guid Id(HttpContext context) => ConversationId.Parse((string)context.Request.RouteValues["id"]!);

    private static string? TitleOf(Fields body)
    {
        var metadata = body.Metadata();
        if (metadata.Keys.FirstOrDefault(key => key != Title) is not null)
            throw ApiError.Unsupported("metadata", $"Of metadata only '{Title}' is kept here.");
        return metadata.GetValueOrDefault(Title);
    }

    private static Task WriteAsync(HttpContext context, ConversationSummary summary) => context.Response.WriteAsJsonAsync(new JsonObject
    {
        ["id"] = ConversationId.Of(summary.Id),
        ["object"] = "conversation",
        ["created_at"] = summary.CreatedAt.ToUnixTimeSeconds(),
        ["metadata"] = new JsonObject { [Title] = summary.Title },
    }, context.RequestAborted);
}
