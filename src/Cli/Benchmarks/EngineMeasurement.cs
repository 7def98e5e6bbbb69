using System.Diagnostics;
using NGrammys.Cli.Assessment;
using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Benchmarks;

/// <summary>Makes the replies of a workload plain and speculated in turn, so that whatever else the machine does falls on both alike.</summary>
/// <param name="engine">The engine; nobody else uses it.</param>
/// <param name="createMemory">Makes what replies draft from, anew for each time that the workload is made.</param>
/// <param name="forced">Whether the recorded replies are forced on the model.</param>
internal sealed class EngineMeasurement(IInferenceEngine engine, Func<IDraftMemory> createMemory, bool forced = false)
{
    /// <summary>Measures one workload.</summary>
    /// <param name="workload">The replies.</param>
    /// <param name="concurrency">How many are made at once.</param>
    /// <param name="cost">What passes cost here, for a prediction.</param>
    /// <param name="shortest">Its replies are made again until they have taken so long: what is short is noise.</param>
    /// <param name="longest">After so long no further round begins; null for as long as it takes.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<WorkloadFigures> RunAsync(
        Workload workload, int concurrency, DeviceCosts? cost, TimeSpan shortest, TimeSpan? longest, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var (ratios, plain, auto, differing, replies) = (new List<double>(), new Total(), new Total(), 0, 0);
        bool Late() => ratios.Count > 0 && Stopwatch.GetElapsedTime(began) > longest;
        do
        {
            var memory = createMemory();
            foreach (var turns in workload.Turns.Chunk(concurrency))
            {
                if (Late()) break;
                // Neither always comes first.
                var later = ratios.Count % 2 == 0;
                var first = await RoundAsync(workload, turns, memory, speculated: !later, cancellationToken);
                var second = await RoundAsync(workload, turns, memory, speculated: later, cancellationToken);
                var (without, with) = later ? (first, second) : (second, first);
                plain.Add(without, cost);
                auto.Add(with, cost);
                ratios.Add(without.Seconds / with.Seconds * with.Tokens / without.Tokens);
                foreach (var turn in turns) memory.Learn(turn);
                replies += turns.Length;
                differing += without.Replies.Zip(with.Replies).Count(pair => !pair.First.Tokens.AsSpan().SequenceEqual(pair.Second.Tokens));
            }
        }
        while (Stopwatch.GetElapsedTime(began) < shortest && !Late());

        ratios.Sort();
        return new WorkloadFigures(
            workload.Category, concurrency, replies, auto.Tokens, plain.Tokens / plain.Seconds, auto.Tokens / auto.Seconds, Quantile(ratios, 0.5), Quantile(ratios, 0.1),
            Quantile(ratios, 0.9), plain.Processor / auto.Processor, auto.TokensPerCall, auto.DraftedPerCall, cost is null ? null : plain.Predicted / auto.Predicted * auto.Tokens / plain.Tokens, differing);
    }

    private async Task<Round> RoundAsync(Workload workload, RecordedTurn[] turns, IDraftMemory memory, bool speculated, CancellationToken cancellationToken)
    {
        // A tenant of its own: what an earlier round has read must not serve this one.
        var tenant = $"{Guid.NewGuid()}";
        var (processor, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var replies = await Task.WhenAll(turns.Select(turn => Generation.Generation.RunAsync(engine,
            new SequenceRequest { Id = Guid.NewGuid(), Tenant = tenant, Ids = turn.Prompt, MaxTokens = turn.Reply.Length, Sampling = workload.Sampling, Forced = forced ? turn.Reply : [] },
            speculated ? DraftBudget.DefaultMaxNodes : 0, _ => { }, memory.CreateDrafter(), cancellationToken)));
        return new Round(turns, replies, Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    private static double Quantile(List<double> sorted, double share) => sorted[(int)Math.Round(share * (sorted.Count - 1))];

    private sealed record Round(RecordedTurn[] Turns, Generation.Generation[] Replies, double Seconds, double Processor)
    {
        public int Tokens => Replies.Sum(reply => reply.Tokens.Length);

        // Seconds of its prompts, and of its steps with as many nodes as were drafted; whoever is over leaves the passes to the others.
        public double Predicted(DeviceCosts costs)
        {
            var seconds = Turns.Sum(turn => costs.Prompt(turn.Prompt.Length));
            for (var step = 0; step < Replies.Max(reply => reply.Steps); step++)
            {
                var running = Turns.Zip(Replies).Where(reply => reply.Second.Steps > step).ToArray();
                var nodes = running.Sum(reply => 1 + (double)reply.Second.Drafted / reply.Second.Steps);
                var context = (int)running.Average(reply => reply.First.Prompt.Length + reply.Second.TokensPerCall * step);
                seconds += costs.Step(running.Length, nodes, context);
            }

            return seconds;
        }
    }

    private sealed class Total
    {
        private int _steps, _drafted;

        public int Tokens { get; private set; }

        public double Seconds { get; private set; }

        public double Processor { get; private set; }

        public double Predicted { get; private set; }

        public double TokensPerCall => (double)Tokens / _steps;

        public double DraftedPerCall => (double)_drafted / _steps;

        public void Add(Round round, DeviceCosts? cost)
        {
            Tokens += round.Tokens;
            Seconds += round.Seconds;
            Processor += round.Processor;
            Predicted += cost is null ? 0 : round.Predicted(cost);
            _steps += round.Replies.Sum(reply => reply.Steps);
            _drafted += round.Replies.Sum(reply => reply.Drafted);
        }
    }
}
