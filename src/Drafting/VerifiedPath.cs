namespace NGrammys.Drafting;

/// <summary>What verification made of a draft tree.</summary>
/// <param name="Length">Accepted nodes.</param>
/// <param name="Token">The target's own token behind the last accepted node, or behind the root: one token comes even when nothing is accepted.</param>
public readonly record struct VerifiedPath(int Length, int Token);
