using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Hubs;

/// <summary>Turns every error of a hub method into <c>code: one line for the person</c>.</summary>
internal sealed partial class Refusals(ILogger<Refusals> logger) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocation);
        }
        catch (Exception e) when (e is not HubException)
        {
            throw Translate(e);
        }
    }

    /// <summary>The same for errors that come while a stream is read, which no filter sees.</summary>
    public async IAsyncEnumerable<T> Guard<T>(IAsyncEnumerable<T> stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var items = stream.GetAsyncEnumerator(cancellationToken);
        while (await NextAsync())
            yield return items.Current;

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await items.MoveNextAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw Translate(e);
            }
        }
    }

    private HubException Translate(Exception error)
    {
        switch (error)
        {
            case ChatException refusal:
                return Refusal(refusal.Code, refusal.Message, error);
            case ConversationException refusal:
                return Refusal(Code(refusal.Error), refusal.Message, error);
            case OrleansException or TimeoutException or OperationCanceledException:
                LogUnreachable(error);
                return Refusal(RefusalCode.Unavailable, "The conversation cannot be reached now. Try again in a moment.", error);
            default:
                LogMistake(error);
                return Refusal(RefusalCode.Internal, "The server made a mistake; its log says more.", error);
        }
    }

    private static HubException Refusal(string code, string line, Exception inner) => new($"{code}: {line}", inner);

    private static string Code(ConversationError error) => error switch
    {
        ConversationError.UnknownConversation => RefusalCode.UnknownConversation,
        ConversationError.UnknownTurn => RefusalCode.UnknownTurn,
        ConversationError.InvalidRequest => RefusalCode.InvalidRequest,
        ConversationError.Conflict => RefusalCode.Conflict,
        ConversationError.Busy => RefusalCode.Busy,
        ConversationError.PromptTooLong => RefusalCode.PromptTooLong,
        ConversationError.Overloaded => RefusalCode.Overloaded,
        _ => RefusalCode.Unavailable,
    };
}
