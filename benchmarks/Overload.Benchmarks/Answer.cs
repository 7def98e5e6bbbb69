namespace NGrammys.Overload.Benchmarks;

/// <summary>How a request was answered; anything else is a word for what went wrong.</summary>
internal static class Answer
{
    public const string Served = "served";

    /// <summary>By its name: 429 with Retry-After, or the hub's <c>overloaded</c>.</summary>
    public const string Refused = "refused";
}
