using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Conversations;

/// <summary>The messages of a conversation as OpenAI's items.</summary>
internal static class ConversationItems
{
    /// <summary>The branch that is shown, or the one that ends with a message, from the first message on.</summary>
    public static List<MessageView> Branch(ConversationView view, Guid? leaf = null)
    {
        var byId = view.Messages.ToDictionary(message => message.Id);
        var branch = new List<MessageView>();
        for (var id = leaf ?? view.SelectedMessage; id is { } known && byId.TryGetValue(known, out var message); id = message.Parent) branch.Add(message);
        branch.Reverse();
        return branch;
    }

    public static JsonObject List(IReadOnlyList<MessageView> messages, bool more) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. messages.Select(ToJson)]),
        ["first_id"] = messages.Count > 0 ? ConversationId.OfMessage(messages[0].Id) : null,
        ["last_id"] = messages.Count > 0 ? ConversationId.OfMessage(messages[^1].Id) : null,
        ["has_more"] = more,
    };

    public static JsonNode ToJson(MessageView message) => new JsonObject
    {
        ["type"] = "message",
        ["id"] = ConversationId.OfMessage(message.Id),
        ["status"] = message.Turn is null || message.End is { Finish: "stop" } ? "completed" : message.End is null ? "in_progress" : "incomplete",
        ["role"] = message.Role,
        ["content"] = new JsonArray(message.Role == "assistant" ? Responses.ResponseObject.Part(message.Text)
            : new JsonObject { ["type"] = "input_text", ["text"] = message.Text }),
    };
}
