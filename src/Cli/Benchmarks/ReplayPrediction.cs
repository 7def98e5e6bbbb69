using NGrammys.Cli.Assessment;
using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;
using NGrammys.Inference.Engine;

namespace NGrammys.Cli.Benchmarks;

/// <summary>What a record and a cost profile say, before anything is run, about how much faster replies come: the product's drafts and its auction, without the model.</summary>
/// <remarks>A record tells exactly what a draft would have brought, since verification is lossless, and the profile what the pass would have cost.</remarks>
internal static class ReplayPrediction
{
    private const int MostNodes = 256; // of a step

    /// <summary>Predicts the ratio of tokens per second, auto to plain, prompts included.</summary>
    /// <param name="turns">The replies.</param>
    /// <param name="concurrency">How many are made at once.</param>
    /// <param name="costs">What passes cost.</param>
    public static double Of(RecordedTurn[] turns, int concurrency, DeviceCosts costs)
    {
        var memory = new ReplayMemory();
        var (plain, auto) = (0.0, 0.0);
        foreach (var round in turns.Chunk(concurrency))
        {
            var prompts = round.Sum(turn => costs.Prompt(turn.Prompt.Length));
            plain += prompts + Decode(round, costs, _ => null);
            auto += prompts + Decode(round, costs, _ => memory.CreateDrafter());
            foreach (var turn in round) memory.Learn(turn);
        }

        return plain / auto;
    }

    private static double Decode(RecordedTurn[] turns, DeviceCosts costs, Func<RecordedTurn, ConversationDrafter?> createDrafter)
    {
        var replies = turns.Select(turn => new ReplayedReply(turn, createDrafter(turn))).ToList();
        var auction = new DraftAuction();
        var cost = 0.0;
        while (replies.RemoveAll(reply => reply.Over) >= 0 && replies.Count > 0)
        {
            var context = (int)replies.Average(reply => reply.Context);
            var curve = Enumerable.Range(0, MostNodes + 1).Select(nodes => costs.Step(replies.Count, replies.Count + nodes, context)).ToArray();
            var price = Enumerable.Range(1, MostNodes).Min(nodes => (curve[nodes] / curve[0] - 1) * replies.Count / nodes);
            auction.Clear();
            for (var i = 0; i < replies.Count; i++)
            {
                var survival = replies[i].Draft((float)price).Survival;
                for (var node = 0; node < survival.Length; node++) auction.Bid(i, node, survival[node]);
            }

            var taken = 0;
            auction.Close(replies.Count, curve, (reply, node) =>
            {
                replies[reply].Take(node);
                taken++;
            });
            cost += curve[taken];
            foreach (var reply in replies) reply.Advance();
        }

        return cost;
    }
}
