namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>The model that a frontend's call is for. It travels with the call, so that what the call wakes is placed on a node that serves the model.</summary>
/// <remarks>
/// Conversations that exist have theirs in the store; only what begins needs to be told. A frontend that has not been asked to choose says nothing where one model is
/// served: what nobody has chosen goes on with whatever is served next.
/// </remarks>
public static class CallModel
{
    private const string Entry = "ngrammys.model";

    /// <summary>Name of the model; null = nobody has chosen one.</summary>
    public static string? Current => RequestContext.Get(Entry) as string;

    /// <summary>Says it, for this flow of execution and whatever it begins.</summary>
    public static void Set(string? model)
    {
        if (model is null) RequestContext.Remove(Entry);
        else RequestContext.Set(Entry, model);
    }

    /// <summary>What a call says that carries this context.</summary>
    public static string? In(IReadOnlyDictionary<string, object>? context) => context?.GetValueOrDefault(Entry) as string;
}
