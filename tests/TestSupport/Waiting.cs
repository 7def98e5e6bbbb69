namespace NGrammys.TestSupport;

/// <summary>Waits that say what they waited for when it does not come.</summary>
public static class Waiting
{
    public static async Task<T> For<T>(this Task<T> task, string awaited)
    {
        await For((Task)task, awaited);
        return await task;
    }

    public static async Task For(this Task task, string awaited)
    {
        try
        {
            await task.WaitAsync(EngineFixture.Patience);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {EngineFixture.Patience.TotalSeconds:0} s in vain for {awaited}.");
        }
    }
}
