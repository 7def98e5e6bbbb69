namespace NGrammys.Inference.Cpu.Tests;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_does_every_part_once_before_it_returns(int threads)
    {
        using var pool = new WorkerPool(threads);
        var random = new Random(1);
        for (var run = 0; run < 2000; run++)
        {
            var done = new int[random.Next(20)];
            pool.Run((part, worker) => done[part] += 1 + (worker < threads ? 0 : 100), done.Length);
            Assert.All(done, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Run_gives_no_two_threads_the_same_worker_number_at_once()
    {
        using var pool = new WorkerPool(4);
        var (busy, clashes) = (new int[4], 0);
        for (var run = 0; run < 200; run++)
        {
            pool.Run((_, worker) =>
            {
                if (Interlocked.Exchange(ref busy[worker], 1) == 1) Interlocked.Increment(ref clashes);
                Thread.SpinWait(100);
                Volatile.Write(ref busy[worker], 0);
            }, 16);
        }

        Assert.Equal(0, clashes);
    }

    [Fact]
    public async Task Run_wakes_threads_that_parked()
    {
        using var pool = new WorkerPool(2);
        for (var run = 0; run < 20; run++)
        {
            // Each part waits for the other: without a second thread this never ends.
            using var both = new Barrier(2);
            await Task.Delay(2, TestContext.Current.CancellationToken);
            pool.Run((_, _) => both.SignalAndWait(), 2);
        }
    }
}
