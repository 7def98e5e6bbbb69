namespace NGrammys.Drafting;

/// <summary>Holds the average number of drafted nodes below a bound, spending them where they bring most: every node has one price, and the price
/// follows what was spent.</summary>
/// <remarks>
/// Tokens per step are greatest for a given average when nodes are taken in all steps down to one least survival. Which survival that is depends
/// on the text: it rises a little after a step that spent more than the average allows and falls after one that spent less. What was never spent may
/// be spent later, so the average of all steps so far never exceeds the bound.
/// </remarks>
/// <param name="average">Bound on the average of nodes per step.</param>
public sealed class DraftPrice(double average)
{
    private const double Rate = 0.01;
    private const double FirstRate = 0.1; // the first price is a guess
    private const int MostOfAverage = 6; // times the average, for one step

    private double _logPrice = Math.Log(0.03);
    private double _saved;
    private int _steps;

    /// <summary>What the next step may draft.</summary>
    public DraftBudget Next => new((int)Math.Clamp(_saved + average, 0, average * MostOfAverage), MinSurvival: (float)Math.Exp(_logPrice));

    /// <summary>A step has drafted this many nodes.</summary>
    public void Spend(int nodes)
    {
        _saved += average - nodes;
        var rate = Math.Max(Rate, FirstRate / (1 + ++_steps * FirstRate));
        if (average > 0) _logPrice = Math.Clamp(_logPrice + rate * (nodes - average) / average, -9, 0);
    }
}
