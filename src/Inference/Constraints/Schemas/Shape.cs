namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Values of one form: what a grammar can be written for. A goal is a choice of shapes.</summary>
internal abstract record Shape;

/// <summary>A text without quotes, such as a number or null, by the labels of an automaton.</summary>
/// <param name="Text">Reads it.</param>
/// <param name="Ends">Whether the text may end with a label.</param>
internal sealed record BareShape(PatternAutomaton Text, Func<ulong, bool> Ends) : Shape;

/// <summary>A string.</summary>
/// <param name="Text">Reads what is in it; null = anything.</param>
/// <param name="Ends">Whether it may end with a label.</param>
/// <param name="Limits">How many characters there may be.</param>
internal sealed record StringShape(PatternAutomaton? Text, Func<ulong, bool> Ends, LengthLimits Limits) : Shape;

/// <summary>An array.</summary>
/// <param name="Prefix">Goals of the first items.</param>
/// <param name="Rest">Goal of those behind.</param>
/// <param name="Least">Least number of items.</param>
/// <param name="Most">Most; null = any number.</param>
internal sealed record ArrayShape(int[] Prefix, int Rest, int Least, int? Most) : Shape;

/// <summary>An object.</summary>
/// <param name="Listed">Properties by name.</param>
/// <param name="Names">Reads the names of the others; null = there are none.</param>
/// <param name="Others">Goals of the others by the label of their name; a name of another label is not allowed.</param>
/// <param name="Least">Least number of properties.</param>
/// <param name="Most">Most; null = any number.</param>
internal sealed record ObjectShape(IReadOnlyList<ListedProperty> Listed, PatternAutomaton? Names, IReadOnlyDictionary<ulong, int> Others, int Least, int? Most) : Shape;

/// <summary>A property that an object shape knows by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Goal">What its value must be.</param>
/// <param name="Required">It must be there.</param>
internal sealed record ListedProperty(string Name, int Goal, bool Required);
