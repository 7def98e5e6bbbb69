namespace NGrammys.Grains.Tests.Simulation;

/// <summary>Mistakes that somebody could make, planted at the seams of the production code to see whether the simulation finds them.</summary>
public enum Bug
{
    /// <summary>None.</summary>
    None,

    /// <summary>The store takes the words of an activation that has lost the conversation.</summary>
    NoFence,

    /// <summary>Appends are answered before they are durable.</summary>
    PublishBeforeCommit,

    /// <summary>A stream that is opened again begins one token late.</summary>
    ResumeOffByOne,

    /// <summary>A continuation draws another seed than the reply began with.</summary>
    SeedDrawnAgain,
}
