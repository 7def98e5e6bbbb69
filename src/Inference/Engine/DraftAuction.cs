namespace NGrammys.Inference.Engine;

/// <summary>One budget for the drafts of all sequences of a tenant: nodes are taken in the order of their survival while (roots + Σ survival) / cost still rises.</summary>
/// <remarks>Zero nodes is a normal outcome, and then the step is plain decoding. Buffers are reused; called only on the engine thread.</remarks>
public sealed class DraftAuction
{
    private readonly List<(float Survival, int Bidder, int Node)> _bids = [];

    /// <summary>Removes all bids.</summary>
    public void Clear() => _bids.Clear();

    /// <summary>Offers a node. A child must come after its parent with a survival not above it.</summary>
    /// <param name="bidder">Who offers.</param>
    /// <param name="node">Its node.</param>
    /// <param name="survival">Probability that it is reached and accepted.</param>
    public void Bid(int bidder, int node, float survival) => _bids.Add((survival, bidder, node));

    /// <summary>Takes the nodes that pay; parents always before their children.</summary>
    /// <param name="roots">Decode roots of the step: tokens that come in any case.</param>
    /// <param name="tokens">Nodes of the step so far: roots and prefill, or the bidders' share of them.</param>
    /// <param name="limit">Largest number of draft nodes.</param>
    /// <param name="ratio">See <see cref="StepCost.Ratio"/>.</param>
    /// <param name="take">Called with bidder and node of each that is taken.</param>
    public void Close(int roots, double tokens, int limit, double ratio, Action<int, int> take)
    {
        _bids.Sort(static (a, b) =>
            a.Survival != b.Survival ? b.Survival.CompareTo(a.Survival) : a.Bidder != b.Bidder ? a.Bidder.CompareTo(b.Bidder) : a.Node.CompareTo(b.Node));
        double expected = roots;
        for (var i = 0; i < _bids.Count && i < limit; i++)
        {
            // d/dT of expected / (1 + ratio T): the next node pays while its survival exceeds ratio × expected / cost.
            var (survival, bidder, node) = _bids[i];
            if (survival * (1 + ratio * (tokens + i)) <= ratio * expected) return;
            expected += survival;
            take(bidder, node);
        }
    }
}
