using Microsoft.AspNetCore.SignalR;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Hubs;

/// <summary>Asks again where a conversation could not be reached: it is on its way to another silo. Every method of the hub may be repeated.</summary>
internal sealed class Repetition(TimeProvider time) : IHubFilter
{
    // Longer than it takes to declare a frozen silo dead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await next(invocation);
            }
            catch (Exception e) when (Passes(e) && time.GetElapsedTime(began) < Patience && !invocation.Context.ConnectionAborted.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, invocation.Context.ConnectionAborted);
            }
        }
    }

    private static bool Passes(Exception error) =>
        error is ConversationException { Error: ConversationError.Unavailable } or OrleansException or TimeoutException or OperationCanceledException;
}
