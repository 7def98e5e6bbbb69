namespace NGrammys.Grains.Interfaces.Quotas;

/// <summary>What is asked for is charged to a key.</summary>
/// <param name="Key">Hash of the API key, the name of its <see cref="IQuotaGrain"/>.</param>
/// <param name="Limits">What it may use.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.KeyQuota")]
public sealed record KeyQuota([property: Id(0)] string Key, [property: Id(1)] QuotaLimits Limits);

/// <summary>To whose quota a frontend's calls count. It travels with every call, so that whatever makes a model work is counted where the work begins.</summary>
public static class CallQuota
{
    private const string Entry = "ngrammys.quota";

    /// <summary>The quota of the calls of this flow of execution; null = without limit.</summary>
    public static KeyQuota? Current => RequestContext.Get(Entry) as KeyQuota;

    /// <summary>Says it, for this flow of execution and whatever it begins.</summary>
    public static void Set(KeyQuota? quota)
    {
        if (quota is null) RequestContext.Remove(Entry);
        else RequestContext.Set(Entry, quota);
    }
}
