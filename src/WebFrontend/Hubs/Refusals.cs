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
            RefuseNothing(invocation);
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

    /// <summary>What an error is called, and one line for the person; what the person cannot help is logged.</summary>
    public (string Code, string Line) Explain(Exception error)
    {
        switch (error)
        {
            case ChatException refusal:
                return (refusal.Code, refusal.Message);
            case ConversationException refusal:
                return (Code(refusal.Error), refusal.Message);
            case OrleansException or TimeoutException or OperationCanceledException:
                LogUnreachable(error);
                return (RefusalCode.Unavailable, "The conversation cannot be reached now. Try again in a moment.");
            default:
                LogMistake(error);
                return (RefusalCode.Internal, "The server made a mistake; its log says more.");
        }
    }

    // No method has an argument that may be left out.
    private static void RefuseNothing(HubInvocationContext invocation)
    {
        for (var i = 0; i < invocation.HubMethodArguments.Count; i++)
        {
            if (invocation.HubMethodArguments[i] is null)
                throw new ChatException(RefusalCode.InvalidRequest, $"{invocation.HubMethod.GetParameters()[i].Name} is null; send one.");
        }
    }

    private HubException Translate(Exception error)
    {
        var (code, line) = Explain(error);
        return new HubException($"{code}: {line}", error);
    }

    private static string Code(ConversationError error) => error switch
    {
        ConversationError.UnknownConversation => RefusalCode.UnknownConversation,
        ConversationError.UnknownTurn => RefusalCode.UnknownTurn,
        ConversationError.InvalidRequest => RefusalCode.InvalidRequest,
        ConversationError.Conflict => RefusalCode.Conflict,
        ConversationError.Busy => RefusalCode.Busy,
        ConversationError.PromptTooLong => RefusalCode.PromptTooLong,
        ConversationError.Overloaded => RefusalCode.Overloaded,
        ConversationError.RateLimited => RefusalCode.RateLimited,
        ConversationError.ModelUnavailable => RefusalCode.ModelUnavailable,
        _ => RefusalCode.Unavailable,
    };
}
