using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Hubs;
using NGrammys.WebFrontend.OpenAi;

namespace NGrammys.WebFrontend.Streaming;

/// <summary>Replies that belong to no conversation: read once, while they are written, and gone.</summary>
internal sealed class PassingReplies(IGrainFactory grains)
{
    /// <summary>Writes and reads a reply; who stops reading ends it.</summary>
    /// <exception cref="ChatException">The request is not in order.</exception>
    /// <exception cref="ConversationException">The model cannot answer it.</exception>
    public async IAsyncEnumerable<TurnEvent> ReadAsync(Owner owner, TryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var running = await RunningCompletion.BeginAsync(grains, owner, request.Model, ToGrain(request));
        await foreach (var (_, chunk) in running.ReadAsync(cancellationToken))
        {
            // The queue has been filled since the request was taken.
            if (chunk.End is { Cause: "Overloaded", Error: { } full }) throw new ConversationException(ConversationError.Overloaded, full);
            yield return Wire.ToEvent(chunk);
        }
    }

    private static CompletionRequest ToGrain(TryRequest request)
    {
        // What comes over the wire may lack what the record requires.
        if (request.Messages is null || request.Messages.Any(message => message?.Text is null))
            throw new ChatException(RefusalCode.InvalidRequest, "Every message needs a role and a text.");
        if (request.Messages.FirstOrDefault(message => message.Role is not ("user" or "assistant")) is { } unknown)
            throw new ChatException(RefusalCode.InvalidRequest, $"role is '{unknown.Role}'; it can be user or assistant.");
        if (request.Messages is not [.., { Role: "user" } last] || string.IsNullOrWhiteSpace(last.Text))
            throw new ChatException(RefusalCode.InvalidRequest, "The last message must be the user's, and not empty.");
        var settings = Wire.ToGrain(request.Settings ?? new Client.Protocol.TurnSettings());
        IEnumerable<(string Role, string Text)> messages = request.Messages.Select(message => (message.Role, message.Text));
        if (!string.IsNullOrWhiteSpace(settings.SystemPrompt)) messages = messages.Prepend(("system", settings.SystemPrompt));
        var json = new JsonArray([.. messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Text })]);
        return new CompletionRequest { Prompt = new CompletionPrompt { Messages = json.ToJsonString() }, Settings = settings };
    }
}
