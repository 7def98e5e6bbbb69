namespace NGrammys.Drafting.Assessment;

/// <summary>A way to draft that needs nothing but text, so that a record of replies tells exactly what it would have saved.</summary>
public interface IStrategy
{
    /// <summary>A turn begins.</summary>
    void Begin(RecordedTurn turn);

    /// <summary>Guesses what follows.</summary>
    /// <param name="tree">The guesses; it holds until the next call.</param>
    /// <returns>Number of tokens to verify beyond the root: the nodes of a tree, or the cells of a rectangle whose rows are not merged.</returns>
    int Draft(out DraftTree tree);

    /// <summary>The next tokens of the reply were emitted.</summary>
    void Take(ReadOnlySpan<int> tokens);

    /// <summary>The turn is over.</summary>
    void End()
    {
    }
}
