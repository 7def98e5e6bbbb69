namespace NGrammys.TestSupport;

/// <summary>Waits that say what they waited for when it does not come.</summary>
public static class Waiting
{
    public static async Task<T> For<T>(this Task<T> task, string awaited, TimeSpan? patience = null)
    {
        await For((Task)task, awaited, patience);
        return await task;
    }

    public static async Task For(this Task task, string awaited, TimeSpan? patience = null)
    {
        var limit = patience ?? EngineFixture.Patience;
        try
        {
            await task.WaitAsync(limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds:0} s in vain for {awaited}.");
        }
    }
}
