namespace NGrammys.Overload.Benchmarks;

/// <summary>The server and what it is asked for: small enough that it and the crowd fit two processors.</summary>
internal static class Shape
{
    /// <summary>What a pass of the model takes, whatever is in it.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Steps, and tokens, of a short reply.</summary>
    public const int Short = 5;

    /// <summary>Short replies that have room at once.</summary>
    public const int AtOnce = 6;

    /// <summary>Longest stream in tokens.</summary>
    public const int Long = 220;

    /// <summary>Rows of the cache: what two streams and the short replies take, with the nodes of a draft each.</summary>
    public const int Rows = (2 * (Long + 100)) + (AtOnce * (Short + 100));

    /// <summary>Short replies a second.</summary>
    public static double Capacity => AtOnce / (Short * Step.TotalSeconds);
}
