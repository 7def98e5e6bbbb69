namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>A pattern of whole texts that can be asked about one. Not thread-safe.</summary>
/// <param name="pattern">The pattern, without anchors.</param>
internal sealed class TextPattern(Pattern pattern)
{
    private PatternAutomaton? _automaton;

    /// <summary>The pattern.</summary>
    public Pattern Pattern => pattern;

    /// <summary>Reads a "pattern" of a schema: it matches somewhere in the text unless it is anchored.</summary>
    public static TextPattern Read(string text) => new(PatternParser.Parse(text).Search());

    /// <summary>Whether a text matches.</summary>
    public bool Matches(string text) => (_automaton ??= new PatternAutomaton([pattern])).LabelOf(text) != 0;
}
