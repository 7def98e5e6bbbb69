namespace NGrammys.Drafting;

/// <summary>A token that a source expects next.</summary>
/// <param name="Token">The token.</param>
/// <param name="Cell">The evidence for it: a number below the source's <see cref="IDraftSource.Cells"/>.</param>
public readonly record struct Guess(int Token, int Cell);
