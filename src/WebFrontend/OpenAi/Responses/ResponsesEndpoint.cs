using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Hubs;
using NGrammys.WebFrontend.Limits;
using NGrammys.WebFrontend.OpenAi.Conversations;
using NGrammys.WebFrontend.OpenAi.Models;
using NGrammys.WebFrontend.Streaming;
using SendRequest = NGrammys.Grains.Interfaces.Conversations.SendRequest;

namespace NGrammys.WebFrontend.OpenAi.Responses;

/// <summary>POST /v1/responses: a turn of a stored conversation, or a completion that is not kept.</summary>
internal sealed class ResponsesEndpoint(IGrainFactory grains, ServedModels served, Repetition repetition, TurnRelay relay, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = ResponseRequest.Read(await ApiBody.ReadAsync(context));
        var model = await served.ChosenAsync(request.Model);
        try
        {
            if (request.Store) await StoreAsync(context, request, model);
            else await CompleteAsync(context, request, model);
        }
        catch (ConversationException e) when (e.Error == ConversationError.PromptTooLong)
        {
            throw ApiError.From(e, "input");
        }
    }

    private async Task StoreAsync(HttpContext context, ResponseRequest request, string? model)
    {
        var owner = context.User.Owner();
        var operation = Operation(context, owner);
        // A response that continues nothing begins a conversation; asked for again, it finds the same.
        var conversation = request.Conversation ?? request.Previous?.Conversation ?? operation;
        var grain = ConversationId.Grain(grains, owner, conversation);
        Guid? parent = null;
        var begins = request.Previous is null && request.Conversation is null;
        if (begins)
        {
            await CreateAsync(grain, operation, model);
        }
        else
        {
            var view = await ViewAsync(grain, request.Previous);
            parent = request.Previous is { } previous ? Of(view, previous).Id : null;
            var held = view.Summary.Model;
            if (held != request.Model && (held ?? model) is not null) await grain.UseModel(request.Model);
        }

        var send = new SendRequest
        {
            OperationId = operation,
            Parent = parent,
            Text = request.Input.Messages[^1].Text,
            Settings = request.Settings,
        };
        TurnHandle turn;
        try
        {
            // Whose model is another now is on its way to that.
            turn = await repetition.RunAsync(() => grain.Send(send), context.RequestAborted);
        }
        catch (ConversationException e) when (begins && KeyOf(context) is null && e.Error != ConversationError.Unavailable)
        {
            // Nobody knows it, and nobody will say anything in it: it would be an empty line of a list.
            grain.Delete().Ignore();
            throw;
        }

        var response = new ResponseObject
        {
            Id = new ResponseId(conversation, turn.Turn).ToString(),
            MessageId = ConversationId.OfMessage(turn.AssistantMessage),
            Model = request.Model,
            Created = time.GetUtcNow(),
            Conversation = conversation,
            Request = request,
        };
        if (request.Background && !request.Stream.Wanted) await context.Response.WriteAsJsonAsync(response.Running("queued"), context.RequestAborted);
        else await AnswerAsync(context, response, request, relay.ReadAsync((next, token) => grain.Stream(turn.Turn, 0, next, token), 0, context.RequestAborted));
    }

    private static async Task CreateAsync(IConversationGrain grain, Guid operation, string? model)
    {
        CallModel.Set(model);
        await grain.Create(operation, null);
    }

    private async Task CompleteAsync(HttpContext context, ResponseRequest request, string? model)
    {
        var messages = new JsonArray();
        if (request.Input.Instructions is { } instructions) messages.Add(Message("system", instructions));
        if (request.Previous is { } previous)
        {
            var view = await previous.Grain(grains, context.User.Owner()).Get();
            foreach (var message in ConversationItems.Branch(view, Of(view, previous).Id)) messages.Add(Message(message.Role, message.Text));
        }

        foreach (var (role, text) in request.Input.Messages) messages.Add(Message(role, text));
        await using var running = await RunningCompletion.BeginAsync(grains, context.User.Owner(), model, new CompletionRequest
        {
            Prompt = new CompletionPrompt { Messages = messages.ToJsonString() },
            Settings = request.Settings,
        });
        var response = new ResponseObject
        {
            Id = new ResponseId(Guid.NewGuid(), Guid.NewGuid()).ToString(),
            MessageId = ConversationId.OfMessage(Guid.NewGuid()),
            Model = request.Model,
            Created = time.GetUtcNow(),
            Request = request,
        };
        await AnswerAsync(context, response, request, running.ReadAsync(context.RequestAborted).Select(item => Wire.ToEvent(item.Chunk)));
    }

    private async Task AnswerAsync(HttpContext context, ResponseObject response, ResponseRequest request, IAsyncEnumerable<TurnEvent> frames)
    {
        var (stream, cost) = (new EventStream(context, time), TurnCost.Of(context));
        var events = new ResponseEvents(response, stream, after: -1, request.Stream.Obfuscation);
        var text = new StringBuilder();
        if (request.Stream.Wanted)
        {
            await stream.StartAsync();
            await events.BeginAsync();
        }

        await foreach (var frame in frames)
        {
            cost.Completion += frame.Tokens.Count;
            cost.Prompt = frame.Statistics?.PromptTokens ?? cost.Prompt;
            if (request.Stream.Wanted)
            {
                await events.SendAsync(frame, wholeText: null);
                continue;
            }

            if (frame.Kind == TurnEventKind.Rewind) text.Length = Math.Min(text.Length, frame.TextOffset);
            text.Append(frame.Text);
            if (frame.Kind != TurnEventKind.End) continue;
            var answer = response.Ended(frame.Finish, frame.Error, text.ToString(), frame.Statistics ?? new Client.Protocol.TurnStatistics());
            await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
        }
    }

    private static async Task<ConversationView> ViewAsync(IConversationGrain grain, ResponseId? previous)
    {
        try
        {
            return await grain.Get();
        }
        catch (ConversationException e) when (e.Error == ConversationError.UnknownConversation && previous is not null)
        {
            throw ResponseId.Unknown("previous_response_id");
        }
    }

    private static MessageView Of(ConversationView view, ResponseId id) =>
        view.Messages.FirstOrDefault(message => message.Turn == id.Turn) ?? throw ResponseId.Unknown("previous_response_id");

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };

    // The same key with the same content is the same response: asked for again after a lost answer, it is not written twice.
    private static Guid Operation(HttpContext context, Owner owner) => KeyOf(context) is { } key
        ? key.Length <= 255 ? new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{owner}\n{key}")).AsSpan(0, 16))
            : throw ApiError.InvalidValue("Idempotency-Key", "An idempotency key has at most 255 characters.")
        : Guid.NewGuid();

    private static string? KeyOf(HttpContext context) => context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key ? key : null;
}
