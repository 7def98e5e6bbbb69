namespace NGrammys.Inference.Engine;

/// <summary>One budget for the drafts of all sequences of a tenant: of all nodes, in the order of their survival, as many are taken as bring most tokens per cost.</summary>
/// <remarks>Costs may stand still and then jump, so every number of nodes is looked at. Zero nodes is a normal outcome, and then the step is plain decoding.
/// Buffers are reused; called only on the engine thread.</remarks>
public sealed class DraftAuction
{
    // A gain of less is lost in what drafting itself costs, and in the noise of the costs.
    private const double Worthwhile = 1.02;

    private readonly List<(float Survival, int Bidder, int Node)> _bids = [];

    /// <summary>Number of nodes that were offered.</summary>
    public int Bids => _bids.Count;

    /// <summary>Removes all bids.</summary>
    public void Clear() => _bids.Clear();

    /// <summary>Offers a node. A child must come after its parent with a survival not above it.</summary>
    /// <param name="bidder">Who offers.</param>
    /// <param name="node">Its node.</param>
    /// <param name="survival">Probability that it is reached and accepted.</param>
    public void Bid(int bidder, int node, float survival) => _bids.Add((survival, bidder, node));

    /// <summary>Takes the nodes that pay; parents always before their children.</summary>
    /// <param name="roots">Decode roots of the step: tokens that come in any case.</param>
    /// <param name="costs">Cost of the step with none of the nodes, with one, with two, and so on: no more are taken.</param>
    /// <param name="take">Called with bidder and node of each that is taken.</param>
    public void Close(int roots, ReadOnlySpan<double> costs, Action<int, int> take)
    {
        _bids.Sort(static (a, b) =>
            a.Survival != b.Survival ? b.Survival.CompareTo(a.Survival) : a.Bidder != b.Bidder ? a.Bidder.CompareTo(b.Bidder) : a.Node.CompareTo(b.Node));
        var (expected, taken, best) = ((double)roots, 0, Worthwhile * roots / costs[0]);
        for (var nodes = 1; nodes <= _bids.Count && nodes < costs.Length; nodes++)
        {
            expected += _bids[nodes - 1].Survival;
            if (expected / costs[nodes] <= best) continue;
            (taken, best) = (nodes, expected / costs[nodes]);
        }

        for (var bid = 0; bid < taken; bid++) take(_bids[bid].Bidder, _bids[bid].Node);
    }
}
