using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>What a value of one type must fulfil: one way through the alternatives of a schema, all of it to hold at once.</summary>
internal sealed class Demands
{
    private const int MaxComparisons = 4_000_000;

    /// <summary>Nothing can fulfil them.</summary>
    public bool Contradictory { get; set; }

    /// <summary>The keyword, and why, that cannot be turned into a grammar; it matters only if the demands are no contradiction and name no values.</summary>
    public (string Keyword, string Reason)? Refusal { get; set; }

    /// <summary>The values there are; null = any.</summary>
    public List<JsonElement>? Values { get; set; }

    /// <summary>Values that it must not be.</summary>
    public List<JsonElement> Excluded { get; private init; } = [];

    /// <summary>The number is an integer.</summary>
    public bool Integer { get; set; }

    public (ExactNumber Value, bool Exclusive)? Lower { get; private set; }

    public (ExactNumber Value, bool Exclusive)? Upper { get; private set; }

    public List<ExactNumber> Multiples { get; private init; } = [];

    /// <summary>What the string matches, and does not match.</summary>
    public List<(TextPattern Pattern, bool Matches)> Patterns { get; private init; } = [];

    /// <summary>Least of characters, items or properties.</summary>
    public int Least { get; set; }

    /// <summary>Most of characters, items or properties; null = any number.</summary>
    public int? Most { get; set; }

    public List<ArrayLayer> ArrayLayers { get; private init; } = [];

    public bool Unique { get; set; }

    public List<ObjectLayer> ObjectLayers { get; private init; } = [];

    /// <summary>Properties that must be there.</summary>
    public HashSet<string> Present { get; private init; } = [];

    /// <summary>Properties that must not.</summary>
    public HashSet<string> Absent { get; private init; } = [];

    /// <summary>What all names of properties must be, as strings.</summary>
    public List<Literal> Names { get; private init; } = [];

    /// <summary>The same so far, to go another way from here.</summary>
    public Demands Copy() => new()
    {
        Contradictory = Contradictory,
        Refusal = Refusal,
        Values = Values,
        Excluded = [.. Excluded],
        Integer = Integer,
        Lower = Lower,
        Upper = Upper,
        Multiples = [.. Multiples],
        Patterns = [.. Patterns],
        Least = Least,
        Most = Most,
        ArrayLayers = [.. ArrayLayers],
        Unique = Unique,
        ObjectLayers = [.. ObjectLayers],
        Present = [.. Present],
        Absent = [.. Absent],
        Names = [.. Names],
    };

    /// <summary>Only these values.</summary>
    public void Restrict(IReadOnlyCollection<JsonElement> values)
    {
        if ((long)values.Count * (Values?.Count ?? 0) > MaxComparisons) throw new ConstraintException("enum", "too many values meet too many others; name fewer.");
        Values = [.. values.Where(value => Values is null || Values.Exists(known => JsonElement.DeepEquals(known, value)))];
        Contradictory |= Values.Count == 0;
    }

    public void AtLeast(int count)
    {
        Least = Math.Max(Least, count);
        Contradictory |= Least > Most;
    }

    public void AtMost(int count)
    {
        Most = Math.Min(Most ?? int.MaxValue, count);
        Contradictory |= Least > Most || Most < 0;
    }

    public void Above(ExactNumber value, bool exclusive)
    {
        if (Lower is null || value.CompareTo(Lower.Value.Value) is var order && (order > 0 || (order == 0 && exclusive))) Lower = (value, exclusive);
    }

    public void Below(ExactNumber value, bool exclusive)
    {
        if (Upper is null || value.CompareTo(Upper.Value.Value) is var order && (order < 0 || (order == 0 && exclusive))) Upper = (value, exclusive);
    }

    public void Require(string name)
    {
        Present.Add(name);
        Contradictory |= Absent.Contains(name);
    }

    public void Forbid(string name)
    {
        Absent.Add(name);
        Contradictory |= Present.Contains(name);
    }

    public void Refuse(string keyword, string reason) => Refusal ??= (keyword, reason);
}
