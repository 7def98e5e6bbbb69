using NGrammys.Inference.Abstractions;

namespace NGrammys.Failover;

/// <summary>Waits that say what they waited for when it does not come.</summary>
internal static class Waiting
{
    // No measure of anything: on a machine that is busy with other things a silo may take a minute to start.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Waits.</summary>
    /// <exception cref="NGrammysException">It did not come for eight minutes.</exception>
    public static async Task For(this Task task, string awaited)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new NGrammysException($"Waited {Patience.TotalMinutes:0} minutes in vain for {awaited}.");
        }
    }

    /// <inheritdoc cref="For(Task, string)"/>
    public static async Task<T> For<T>(this Task<T> task, string awaited)
    {
        await For((Task)task, awaited);
        return await task;
    }
}
