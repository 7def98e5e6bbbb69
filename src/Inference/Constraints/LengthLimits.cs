namespace NGrammys.Inference.Constraints;

/// <summary>How many characters a string may have; counted in the frame.</summary>
/// <param name="Least">At least.</param>
/// <param name="Most">At most; null = any number.</param>
internal readonly record struct LengthLimits(int Least, int? Most)
{
    /// <summary>Whether nothing is limited.</summary>
    public bool None => Least == 0 && Most is null;

    /// <summary>From here on the exact count does not matter.</summary>
    public int Cap => Most ?? Least;
}
