namespace NGrammys.Drafting;

/// <summary>Keeps what a tenant's conversations have taught about guesses, from one run of the server to the next.</summary>
public interface IPriorStore
{
    /// <summary>What was kept for a tenant and these sources; null if there is nothing that will do.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="sources">The sources that it must have been learned with.</param>
    SurvivalModel? Load(string tenant, IReadOnlyList<IDraftSource> sources);

    /// <summary>Keeps what was learned. What cannot be kept is learned anew another time: this never fails.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="prior">What was learned.</param>
    void Save(string tenant, SurvivalModel prior);
}
