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
    void Begin(Turn turn);

    /// <summary>Drafts behind the text so far.</summary>
    /// <param name="text">Prompt and reply so far.</param>
    DraftTree Draft(ReadOnlySpan<int> text);

    /// <summary>Tokens that the last draft had the target verify, where that is not the number of its nodes.</summary>
    int Verified(DraftTree tree) => tree.Count;

    /// <summary>Learns what a step brought.</summary>
    void Observe(ReadOnlySpan<int> tokens, in VerifiedNodes verified);
}
