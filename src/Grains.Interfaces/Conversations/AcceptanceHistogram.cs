namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>How many steps with a draft had i tokens of it accepted, by i, as far as there was one: their sum is the number of such steps.</summary>
/// <param name="Counts">The counts; null = no step had a draft.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.AcceptanceHistogram")]
public readonly record struct AcceptanceHistogram([property: Id(0)] int[]? Counts)
{
    /// <summary>The counts, empty where no step had a draft.</summary>
    public int[] ToArray() => Counts ?? [];

    /// <summary>The same with one more step.</summary>
    /// <param name="accepted">Tokens of its draft that were accepted.</param>
    public AcceptanceHistogram With(int accepted)
    {
        var more = new int[Math.Max(ToArray().Length, accepted + 1)];
        ToArray().CopyTo(more, 0);
        more[accepted]++;
        return new AcceptanceHistogram(more);
    }

    /// <summary>Whether the counts are the same.</summary>
    public bool Equals(AcceptanceHistogram other) => ToArray().AsSpan().SequenceEqual(other.ToArray());

    /// <inheritdoc/>
    public override int GetHashCode() => ToArray().Length;
}
