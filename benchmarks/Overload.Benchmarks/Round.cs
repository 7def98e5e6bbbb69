namespace NGrammys.Overload.Benchmarks;

/// <summary>A quiet time, a crowd, and the time after it, with two streams that go on all the while.</summary>
/// <param name="server">The server.</param>
/// <param name="times">How many times its capacity comes.</param>
/// <param name="load">For how long.</param>
internal sealed class Round(BoxProcess server, int times, TimeSpan load)
{
    private const int Connections = 16;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4), Watched = TimeSpan.FromSeconds(8);

    public async Task<RoundFigures> RunAsync()
    {
        var callers = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Caller.ConnectAsync(server)));
        using var over = new CancellationTokenSource();
        var (byHttp, overHub) = (new StreamSpeed(), new StreamSpeed());
        var streams = Task.WhenAll(EndAsync(callers[0].CompleteAsync(Shape.Long, byHttp.Hear, over.Token)), EndAsync(callers[1].TryAsync(Shape.Long, overHub.Hear, over.Token)));
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
        {
            while (!byHttp.Runs || !overHub.Runs) await timer.WaitForNextTickAsync();
        }

        var began = TimeProvider.System.GetTimestamp();
        var usual = await LatencyAsync(callers[2]);
        await Task.Delay(Quiet);
        var (crowd, comes) = (new Crowd(callers), TimeProvider.System.GetTimestamp());
        using var gone = new CancellationTokenSource();
        var longest = LongestQueueAsync(callers[3], gone.Token);
        var last = await crowd.ComeAsync(times * Shape.Capacity, load);
        var ended = TimeProvider.System.GetTimestamp();
        var recovery = await RecoveryAsync(callers[4], usual);
        await last;
        await gone.CancelAsync();
        var queue = await longest;
        await over.CancelAsync();
        await streams;
        foreach (var caller in callers) await caller.DisposeAsync();
        return new RoundFigures(crowd, queue, (byHttp.Between(began, comes), byHttp.Between(comes, ended)), (overHub.Between(began, comes), overHub.Between(comes, ended)), usual, recovery);
    }

    /// <summary>From when on everybody who came was answered nearly as fast as before the crowd; null = nobody was.</summary>
    private static async Task<TimeSpan?> RecoveryAsync(Caller caller, TimeSpan usual)
    {
        var (began, asked) = (TimeProvider.System.GetTimestamp(), new List<(TimeSpan At, Task<TimeSpan> Latency)>());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (TimeProvider.System.GetElapsedTime(began) is var at && at < Watched)
        {
            asked.Add((at, LatencyAsync(caller)));
            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(asked.Select(one => one.Latency));
        var slow = asked.FindLastIndex(one => one.Latency.Result > 1.5 * usual);
        return slow + 1 < asked.Count ? asked[slow + 1].At : null;
    }

    private static async Task<TimeSpan> LatencyAsync(Caller caller)
    {
        var began = TimeProvider.System.GetTimestamp();
        return await caller.CompleteAsync(Shape.Short) == Answer.Served ? TimeProvider.System.GetElapsedTime(began) : TimeSpan.MaxValue;
    }

    private static async Task<int> LongestQueueAsync(Caller caller, CancellationToken gone)
    {
        var longest = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!gone.IsCancellationRequested)
        {
            longest = Math.Max(longest, await caller.WaitingAsync());
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return longest;
    }

    private static async Task EndAsync(Task<string> stream)
    {
        try
        {
            await stream;
        }
        catch (OperationCanceledException)
        {
            // Its reader has gone, as it was told to.
        }
    }
}
