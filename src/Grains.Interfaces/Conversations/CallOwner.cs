namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>On whose behalf a frontend calls. It travels with every call, beside the grain's key, and the silo compares the two.</summary>
/// <remarks>Keys are composed by the code of an endpoint; whom the caller is was established once, when it was let in. One mistake is not enough.</remarks>
public static class CallOwner
{
    private const string Entry = "ngrammys.owner";

    /// <summary>The owner that the calls of this flow of execution are for; null = nobody has said.</summary>
    public static string? Current => RequestContext.Get(Entry) as string;

    /// <summary>Says it, for this flow of execution and whatever it begins.</summary>
    public static void Set(Owner owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        RequestContext.Set(Entry, owner.ToString());
    }
}
