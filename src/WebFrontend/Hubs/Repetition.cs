using Microsoft.AspNetCore.SignalR;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Hubs;

/// <summary>Asks again where a conversation could not be reached: it is on its way to another silo. Every method of the hub may be repeated.</summary>
internal sealed class Repetition(TimeProvider time) : IHubFilter
{
    // Longer than it takes to declare a frozen silo dead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next) =>
        await RunAsync(async () => await next(invocation), invocation.Context.ConnectionAborted);

    /// <summary>Does what may be repeated.</summary>
    /// <param name="act">What is done.</param>
    /// <param name="cancellationToken">Says that nobody waits for it any more: it is not repeated.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await act();
            }
            catch (Exception e) when (Passes(e) && time.GetElapsedTime(began) < Patience && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private static bool Passes(Exception error) =>
        error is ConversationException { Error: ConversationError.Unavailable } or OrleansException or TimeoutException or OperationCanceledException;
}
