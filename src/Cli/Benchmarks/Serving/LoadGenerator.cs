using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>Holds conversations with a server under a load, and keeps the time of every answer.</summary>
/// <param name="sampling">How tokens are chosen and how many, sent with each request.</param>
/// <param name="seed">Of arrivals.</param>
/// <param name="time">The clock.</param>
internal sealed class LoadGenerator(JsonObject sampling, int seed, TimeProvider time)
{
    /// <summary>Told after every answer.</summary>
    public event Action? Answered;

    /// <summary>Holds the conversations; returns all answers and the seconds that it took.</summary>
    public async Task<(IReadOnlyList<ReplyTiming> Replies, double Seconds)> RunAsync(
        Target target, Load load, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        var (began, replies) = (time.GetTimestamp(), new ConcurrentQueue<ReplyTiming>());
        if (load.Concurrency is { } many)
        {
            var waiting = new ConcurrentQueue<Prompt>(prompts);
            await Task.WhenAll(Enumerable.Range(0, Math.Min(many, prompts.Count)).Select(async _ =>
            {
                while (waiting.TryDequeue(out var prompt)) await HoldAsync(target, prompt, began, replies, cancellationToken);
            }));
        }
        else
        {
            var running = new List<Task>();
            foreach (var (prompt, at) in prompts.Zip(load.Arrivals(new Random(seed))))
            {
                var wait = TimeSpan.FromSeconds(at) - time.GetElapsedTime(began);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
                running.Add(HoldAsync(target, prompt, began, replies, cancellationToken));
            }

            await Task.WhenAll(running);
        }

        return (replies.ToArray(), time.GetElapsedTime(began).TotalSeconds);
    }

    // What failed has no answer that the next turn could follow.
    private async Task HoldAsync(Target target, Prompt prompt, long began, ConcurrentQueue<ReplyTiming> replies, CancellationToken cancellationToken)
    {
        var messages = new JsonArray();
        for (var turn = 0; turn < prompt.Turns.Count; turn++)
        {
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = prompt.Turns[turn] });
            var empty = new ReplyTiming(prompt, turn, time.GetElapsedTime(began).TotalSeconds, [], 0, 0, "", null);
            var reply = await target.AskAsync(messages, sampling, empty, cancellationToken);
            replies.Enqueue(reply);
            Answered?.Invoke();
            if (reply.Error is not null) return;
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = reply.Text });
        }
    }
}
