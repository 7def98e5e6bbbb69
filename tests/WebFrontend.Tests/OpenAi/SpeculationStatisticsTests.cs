using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.OpenAi;

namespace NGrammys.WebFrontend.Tests.OpenAi;

public sealed class SpeculationStatisticsTests
{
    [Fact]
    public void Identities_of_vLLM_and_llama_cpp_hold_for_any_reply()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var choices = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Reply(random)).ToArray();
            var metrics = SpeculationStatistics.Metrics(choices);
            var timings = SpeculationStatistics.Timings(choices[0]);

            var message = $"seed {seed}, round {round}";
            Assert.True(timings["predicted_n"]!.GetValue<int>() == choices[0].Tokens, message);
            Assert.True(timings["draft_n"] is null == (choices[0].Drafted == 0), message);
            if (metrics["speculative_decoding"] is not { } speculation)
            {
                Assert.True(choices.All(choice => choice.Drafted == 0), message);
                continue;
            }

            int[] histogram = [.. speculation["acceptance_histogram"]!.AsArray().Select(count => count!.GetValue<int>())];
            var (steps, accepted) = (speculation["num_spec_steps"]!.GetValue<int>(), speculation["num_accepted_draft_tokens"]!.GetValue<int>());
            Assert.True(histogram.Sum() == steps, message);
            Assert.True(histogram.Select((count, i) => count * i).Sum() == accepted, message);
            Assert.True(accepted == choices.Sum(choice => choice.Accepted), message);
            Assert.True(Math.Abs(speculation["mean_acceptance_length"]!.GetValue<double>() - 1 - accepted / (double)steps) < 1e-9, message);
            double[] rates = [.. speculation["acceptance_rate_per_position"]!.AsArray().Select(rate => rate!.GetValue<double>())];
            Assert.True(Math.Abs(rates.Sum() - accepted / (double)steps) < 1e-9, message);
            Assert.True(rates.Zip(rates.Skip(1)).All(pair => pair.First >= pair.Second), message);
            Assert.True(accepted <= speculation["num_draft_tokens"]!.GetValue<int>(), message);
        }
    }

    private static TurnStatistics Reply(Random random)
    {
        var histogram = new int[random.Next(6)];
        var (steps, drafted, accepted) = (random.Next(1, 9), 0, 0);
        for (var count = random.Next(20); histogram.Length > 0 && count > 0; count--)
        {
            var taken = random.Next(histogram.Length);
            histogram[taken]++;
            (steps, drafted, accepted) = (steps + 1, drafted + taken + random.Next(1, 4), accepted + taken);
        }

        return new TurnStatistics
        {
            PromptTokens = random.Next(1, 100),
            Tokens = steps + accepted,
            Steps = steps,
            Drafted = drafted,
            Accepted = accepted,
            Seconds = random.NextDouble(),
            TimeToFirstToken = random.NextDouble(),
            Histogram = drafted == 0 ? default : new AcceptanceHistogram(histogram),
        };
    }
}
