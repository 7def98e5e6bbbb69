using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Storage.Benchmarks;

/// <summary>What it costs that nothing is shown before it is stored: the time between chunks and the throughput over each store, round by round side by side.</summary>
internal static class CommitCost
{
    private const int Tokens = 100;
    private static readonly int[] Concurrency = [1, 16];

    public static async Task MeasureAsync(Contenders stores, int step, int rounds)
    {
        var boxes = new List<(string Name, ScriptedBox Box)>();
        foreach (var (name, conversations, transcript) in stores.All)
            boxes.Add((name, await ScriptedBox.StartAsync(conversations, transcript, TimeSpan.FromMilliseconds(step))));
        foreach (var (_, box) in boxes) await RunAsync(box, 4, new Quantiles());

        Console.WriteLine($"{step} ms a step, replies of {Tokens} tokens, one token a step, {rounds} rounds, {Environment.ProcessorCount} cores");
        Console.WriteLine("conversations  store        ms between chunks p50  p90  p99   tokens/s (p50 of rounds)  of memory's");
        foreach (var concurrency in Concurrency)
        {
            var gaps = boxes.ConvertAll(_ => new Quantiles());
            var speeds = boxes.ConvertAll(_ => new Quantiles());
            var shares = boxes.ConvertAll(_ => new Quantiles());
            for (var round = 0; round < rounds; round++)
            {
                // Each round begins with another, so that a busy minute falls on all alike.
                var speed = new double[boxes.Count];
                for (var i = 0; i < boxes.Count; i++)
                {
                    var at = (i + round) % boxes.Count;
                    speed[at] = await RunAsync(boxes[at].Box, concurrency, gaps[at]);
                    speeds[at].Add(speed[at]);
                }

                for (var i = 0; i < boxes.Count; i++) shares[i].Add(speed[i] / speed[0]);
            }

            for (var i = 0; i < boxes.Count; i++)
            {
                Console.WriteLine($"{concurrency,13}  {boxes[i].Name,-12}{gaps[i].At(0.5),22:f1}{gaps[i].At(0.9),5:f0}{gaps[i].At(0.99),5:f0}"
                    + $"{speeds[i].At(0.5),27:f1}{shares[i].At(0.5),13:p1}");
            }
        }

        foreach (var (_, box) in boxes) await box.DisposeAsync();
    }

    /// <summary>Tokens per second of that many replies at once.</summary>
    private static async Task<double> RunAsync(ScriptedBox box, int concurrency, Quantiles gaps)
    {
        var chats = new IConversationGrain[concurrency];
        for (var i = 0; i < concurrency; i++) chats[i] = await box.CreateAsync();
        var began = TimeProvider.System.GetTimestamp();
        foreach (var heard in await Task.WhenAll(chats.Select(ReadAsync)))
        {
            foreach (var gap in heard) gaps.Add(gap);
        }

        return concurrency * Tokens / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Milliseconds between the chunks of one reply.</summary>
    private static async Task<List<double>> ReadAsync(IConversationGrain chat)
    {
        var turn = await chat.Send(new SendRequest
        {
            OperationId = Guid.NewGuid(),
            Text = "Say something",
            Settings = new TurnSettings { MaxTokens = Tokens, MaxDraftNodes = 0 },
        });
        var gaps = new List<double>();
        long? last = null;
        await foreach (var chunk in chat.Stream(turn.Turn, 0, 0))
        {
            if (chunk.Kind != ChunkKind.Tokens) continue;
            var now = TimeProvider.System.GetTimestamp();
            if (last is { } before) gaps.Add(TimeProvider.System.GetElapsedTime(before, now).TotalMilliseconds);
            last = now;
        }

        return gaps;
    }
}
