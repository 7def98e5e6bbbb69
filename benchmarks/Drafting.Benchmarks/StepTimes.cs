using System.Diagnostics;

namespace NGrammys.Drafting.Benchmarks;

/// <summary>How long steps take one by one, a draft of 32 nodes and the token that came: median and tail over a context that goes on.</summary>
internal static class StepTimes
{
    private const int Context = 32_768;
    private const int Steps = 20_000;

    public static void Print()
    {
        var text = Corpus.Text(Context + Steps, seed: 1);
        var drafter = Corpus.Drafter();
        drafter.Append(text.AsSpan(0, Context));
        var budget = new DraftBudget(MaxNodes: 32, MinSurvival: 0);
        var times = new double[Steps];
        var allocated = 0L;
        for (var step = 0; step < Steps; step++)
        {
            if (step == Steps / 2) allocated = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            drafter.Draft(budget);
            drafter.Observe(text[Context + step]);
            times[step] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var measured = times[(Steps / 2)..];
        Array.Sort(measured);
        Console.WriteLine($"step behind {Context} to {Context + Steps} tokens, 32 nodes, context + shared: median {At(0.5):F1} µs, p10 {At(0.1):F1}, p90 {At(0.9):F1}, p99 {At(0.99):F1}; {(double)allocated / measured.Length:F1} bytes allocated a step (buffers that grow with the text)");

        double At(double share) => measured[(int)(share * (measured.Length - 1))];
    }
}
