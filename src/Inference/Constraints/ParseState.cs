namespace NGrammys.Inference.Constraints;

/// <summary>All the places in a grammar that a text may have reached. Equal sets are one object while they are remembered, so that what is computed for a state is kept.</summary>
internal sealed class ParseState(PlaceSet places, int generation)
{
    /// <summary>The places.</summary>
    public PlaceSet Places { get; } = places;

    /// <summary>Which of the automaton's memories it belongs to; see <see cref="Automaton.Renew"/>.</summary>
    public int Generation { get; } = generation;

    /// <summary>Whether the text may end here.</summary>
    public bool MayEnd => Places.MayEnd;

    /// <summary>No text goes on from here, and none ends.</summary>
    public bool Dead => Places.Items.Length == 0 && !MayEnd;

    /// <summary>How many plain characters of a string may follow at least, whatever they are; negative until asked for.</summary>
    public int Free { get; set; } = -1;

    /// <summary>By class of byte, where it leads, once asked for.</summary>
    public ParseState?[]? Next { get; set; }

    /// <summary>Tokens that may follow, one bit each, once computed.</summary>
    public ulong[]? Mask { get; set; }
}
