using System.Globalization;
using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Hubs;
using NGrammys.WebFrontend.OpenAi.Conversations;
using NGrammys.WebFrontend.OpenAi.Models;
using NGrammys.WebFrontend.Streaming;

namespace NGrammys.WebFrontend.OpenAi.Responses;

/// <summary>What can be done with a stored response: read it, follow it from any point, cancel it, delete it.</summary>
internal sealed class StoredResponses(IGrainFactory grains, ServedModels served, TurnRelay relay, TimeProvider time)
{
    /// <summary>GET: the response as it stands, or its stream behind a number.</summary>
    public async Task GetAsync(HttpContext context)
    {
        var (id, grain, view, message) = await FindAsync(context);
        var response = await ToResponseAsync(id, view, message);
        if (!Flag(context, "stream"))
        {
            await context.Response.WriteAsJsonAsync(Current(response, message), context.RequestAborted);
            return;
        }

        var after = Number(context, "starting_after");
        var stream = new EventStream(context, time);
        await stream.StartAsync();
        var events = new ResponseEvents(response, stream, after, Flag(context, "include_obfuscation", otherwise: true));
        await events.BeginAsync();
        var from = ResponseEvents.FirstPosition(after);
        string? whole = message.End is null ? null : message.Text;
        await foreach (var frame in relay.ReadAsync((next, token) => grain.Stream(id.Turn, 0, next, token), from, context.RequestAborted))
        {
            // Whoever comes in the middle has not heard the beginning, and the end tells the whole text.
            if (frame.Kind == Client.Protocol.TurnEventKind.End && from > 0) whole ??= (await grain.Get()).Messages.First(each => each.Turn == id.Turn).Text;
            await events.SendAsync(frame, whole);
        }
    }

    /// <summary>POST cancel: ends the reply; what it has said stays.</summary>
    public async Task CancelAsync(HttpContext context)
    {
        var (id, grain, _, _) = await FindAsync(context);
        await grain.Stop(id.Turn);
        var view = await grain.Get();
        var message = view.Messages.First(each => each.Turn == id.Turn);
        await context.Response.WriteAsJsonAsync(Current(await ToResponseAsync(id, view, message), message), context.RequestAborted);
    }

    /// <summary>DELETE: a response that is the only one of its conversation goes with it.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var (id, grain, view, _) = await FindAsync(context);
        if (view.Messages.Any(message => message.Turn is { } turn && turn != id.Turn))
            throw new ApiError(409, "invalid_request_error", $"The response is part of a conversation; delete that: {ConversationId.Of(id.Conversation)}");
        await grain.Delete();
        await context.Response.WriteAsJsonAsync(new JsonObject { ["id"] = id.ToString(), ["object"] = "response", ["deleted"] = true }, context.RequestAborted);
    }

    /// <summary>GET input_items: the message that it answers.</summary>
    public async Task InputItemsAsync(HttpContext context)
    {
        var (_, _, view, message) = await FindAsync(context);
        var asked = view.Messages.Where(each => each.Id == message.Parent).ToArray();
        await context.Response.WriteAsJsonAsync(ConversationItems.List(asked, more: false), context.RequestAborted);
    }

    private async Task<(ResponseId Id, IConversationGrain Grain, ConversationView View, MessageView Message)> FindAsync(HttpContext context)
    {
        var id = ResponseId.Parse((string)context.Request.RouteValues["id"]!);
        var grain = id.Grain(grains, context.User.Owner());
        try
        {
            var view = await grain.Get();
            return (id, grain, view, view.Messages.FirstOrDefault(message => message.Turn == id.Turn) ?? throw ResponseId.Unknown());
        }
        catch (ConversationException e) when (e.Error == ConversationError.UnknownConversation)
        {
            throw ResponseId.Unknown();
        }
    }

    private async Task<ResponseObject> ToResponseAsync(ResponseId id, ConversationView view, MessageView message) => new()
    {
        Id = id.ToString(),
        MessageId = ConversationId.OfMessage(message.Id),
        Model = view.Summary.Model ?? await served.DefaultAsync(),
        Created = message.CreatedAt,
        Conversation = id.Conversation,
    };

    private static JsonObject Current(ResponseObject response, MessageView message) => message.End is { } end
        ? response.Ended(end.Finish, end.Error, message.Text, Wire.ToStatistics(end.Statistics)!)
        : response.Running();

    private static bool Flag(HttpContext context, string name, bool otherwise = false) => context.Request.Query[name].ToString() switch
    {
        "" => otherwise,
        "true" => true,
        "false" => false,
        _ => throw ApiError.OutOfRange(name, "true or false"),
    };

    private static int Number(HttpContext context, string name) => context.Request.Query[name].ToString() switch
    {
        "" => -1,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw ApiError.OutOfRange(name, "a sequence number"),
    };
}
