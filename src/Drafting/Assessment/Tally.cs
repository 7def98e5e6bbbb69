namespace NGrammys.Drafting.Assessment;

/// <summary>Sums over steps of the model.</summary>
public sealed class Tally
{
    private readonly (double Predicted, long Accepted, long Nodes)[] _deciles = new (double, long, long)[10];

    /// <summary>Emitted tokens.</summary>
    public long Tokens { get; private set; }

    /// <summary>Steps.</summary>
    public long Calls { get; private set; }

    /// <summary>Tokens verified beyond the root.</summary>
    public long Drafted { get; private set; }

    /// <summary>What decoding token by token would have cost, in the unit of the costs.</summary>
    public double PlainCost { get; private set; }

    /// <summary>What the steps cost, in the unit of the costs.</summary>
    public double Cost { get; private set; }

    /// <summary>Emitted tokens per step; 1 where nothing was emitted.</summary>
    public double TokensPerCall => Calls == 0 ? 1 : (double)Tokens / Calls;

    /// <summary>Tokens verified beyond the root, per step.</summary>
    public double DraftedPerCall => Calls == 0 ? 0 : (double)Drafted / Calls;

    /// <summary>How many times faster than token by token.</summary>
    public double Speedup => Cost == 0 ? 1 : PlainCost / Cost;

    /// <summary>Nodes with their mean predicted and their observed acceptance, by decile of the prediction; empty deciles are left out.</summary>
    public IEnumerable<(double Predicted, double Observed, double Share)> Calibration
    {
        get
        {
            var nodes = (double)_deciles.Sum(decile => decile.Nodes);
            return _deciles.Where(decile => decile.Nodes > 0).Select(decile => (decile.Predicted / decile.Nodes, (double)decile.Accepted / decile.Nodes, decile.Nodes / nodes));
        }
    }

    internal void AddStep(int emitted, int drafted, double plainCost, double cost)
    {
        (Tokens, Calls, Drafted) = (Tokens + emitted, Calls + 1, Drafted + drafted);
        (PlainCost, Cost) = (PlainCost + plainCost, Cost + cost);
    }

    internal void AddNode(float predicted, bool accepted)
    {
        ref var decile = ref _deciles[Math.Min((int)(predicted * 10), 9)];
        decile = (decile.Predicted + predicted, decile.Accepted + (accepted ? 1 : 0), decile.Nodes + 1);
    }
}
