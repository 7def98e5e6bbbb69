namespace NGrammys.Drafting;

/// <summary>A token that followed earlier occurrences of the current suffix.</summary>
/// <param name="Token">The token.</param>
/// <param name="MatchLength">Length in tokens of the longest suffix that it followed, at least 1.</param>
/// <param name="Count">Number of occurrences, of suffixes of any length, that it followed.</param>
public readonly record struct Continuation(int Token, int MatchLength, int Count);
