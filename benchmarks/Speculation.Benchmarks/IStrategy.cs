using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>A way to draft, through all conversations in their order.</summary>
internal interface IStrategy
{
    /// <summary>Its row of the table.</summary>
    string Name { get; }

    /// <summary>Whether it learns from what the model names as likeliest, so that its trees must be computed.</summary>
    bool Recycles => false;

    /// <summary>Begins a turn.</summary>
    /// <returns>Whether it has anything to say in such a turn; the others are left out of its row.</returns>
    bool Begin(Turn turn);

    /// <summary>Drafts behind the text so far.</summary>
    /// <param name="tree">The draft; it holds until the next call.</param>
    /// <returns>Tokens that the target has to verify beyond the root: the nodes of a tree, or the cells of a rectangle.</returns>
    int Draft(out DraftTree tree);

    /// <summary>Learns what a step brought.</summary>
    void Observe(ReadOnlySpan<int> tokens, in VerifiedNodes verified);

    /// <summary>The turn is over.</summary>
    void End(Turn turn)
    {
    }
}
