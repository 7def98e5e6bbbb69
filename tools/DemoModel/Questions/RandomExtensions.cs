namespace NGrammys.DemoModel.Questions;

/// <summary>Choices at random.</summary>
internal static class RandomExtensions
{
    /// <summary>One of the items, each as likely as the others.</summary>
    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>One of the items, each as likely as its weight says.</summary>
    public static T Pick<T>(this Random random, ReadOnlySpan<(T Item, double Weight)> items)
    {
        var total = 0.0;
        foreach (var (_, weight) in items)
        {
            total += weight;
        }
        var point = random.NextDouble() * total;
        foreach (var (item, weight) in items)
        {
            point -= weight;
            if (point < 0)
            {
                return item;
            }
        }
        return items[^1].Item;
    }
}
