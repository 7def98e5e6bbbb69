namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>How many frames the smallest value of a goal needs on top of each other. A goal without a value within the limit has none, and is never written.</summary>
internal sealed class GoalHeights
{
    /// <summary>Higher than anything can be.</summary>
    public const int None = int.MaxValue;

    private readonly Dictionary<int, int> _heights = [];

    /// <summary>Measures all goals that can be reached.</summary>
    /// <param name="shapes">Shapes by goal; what they name is among them.</param>
    public GoalHeights(IReadOnlyDictionary<int, IReadOnlyList<Shape>> shapes)
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (goal, own) in shapes)
            {
                var height = own.Count == 0 ? None : own.Min(Of);
                if (height == Of(goal)) continue;
                (_heights[goal], changed) = (height, true);
            }
        }
    }

    /// <summary>The height of a goal.</summary>
    public int Of(int goal) => _heights.GetValueOrDefault(goal, None);

    /// <summary>The height of a shape.</summary>
    public int Of(Shape shape)
    {
        var inner = shape switch
        {
            ArrayShape array => Inner(array),
            ObjectShape named => Inner(named),
            _ => 0,
        };
        return inner >= Frame.MaxDepth ? None : inner + 1;
    }

    /// <summary>The height of an item.</summary>
    public int OfItem(ArrayShape array, int index) => Of(index < array.Prefix.Length ? array.Prefix[index] : array.Rest);

    /// <summary>The height of the highest of the properties that are not listed, of those that there can be; null if there are none.</summary>
    public int? OfOthers(ObjectShape shape)
    {
        var highest = shape.Others.Values.Select(Of).Where(height => height < None).DefaultIfEmpty(0).Max();
        return highest == 0 ? null : highest;
    }

    private int Inner(ArrayShape array)
    {
        var highest = 0;
        for (var i = 0; i < Math.Min(array.Least, array.Prefix.Length + 1); i++) highest = Math.Max(highest, OfItem(array, i));
        return highest;
    }

    private int Inner(ObjectShape shape)
    {
        var required = shape.Listed.Where(property => property.Required).ToArray();
        var highest = required.Select(property => Of(property.Goal)).DefaultIfEmpty(0).Max();
        var missing = shape.Least - required.Length;
        if (missing <= 0) return highest;
        var optional = shape.Listed.Where(property => !property.Required).Select(property => Of(property.Goal)).Order().ToList();
        if (OfOthers(shape) is { } others) return Math.Max(highest, Math.Min(others, missing <= optional.Count ? optional[missing - 1] : None));
        return missing > optional.Count ? None : Math.Max(highest, optional[missing - 1]);
    }
}
