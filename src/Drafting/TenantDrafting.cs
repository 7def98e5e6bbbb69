namespace NGrammys.Drafting;

/// <summary>What the conversations of one tenant draft from together.</summary>
/// <param name="Prior">How far each kind of guess has proved right.</param>
/// <param name="Grams">N-grams of its earlier replies; empty for good if the tenant does not share them between its conversations.</param>
internal sealed record TenantDrafting(SurvivalModel Prior, SharedNGrams Grams);
