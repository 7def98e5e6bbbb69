namespace NGrammys.Grains.Interfaces.Cluster;

/// <summary>What turns of one kind have cost, with speculation and, for comparison, without.</summary>
/// <param name="Kind">Kind of turns, as metrics call it.</param>
/// <param name="Speculated">With speculation.</param>
/// <param name="Control">Decoded plainly because they were drawn to be.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.PilotDescription")]
public sealed record PilotDescription([property: Id(0)] string Kind, [property: Id(1)] PilotSums Speculated, [property: Id(2)] PilotSums Control);

/// <summary>Sums over turns, from which a mean cost of a token and how sure it is can be had.</summary>
/// <param name="Turns">Turns.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Seconds">Their parts of the passes that decoded them.</param>
/// <param name="TokensSquared">Sum over turns of tokens².</param>
/// <param name="SecondsSquared">Of seconds².</param>
/// <param name="Products">Of tokens · seconds.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.PilotSums")]
public readonly record struct PilotSums(
    [property: Id(0)] long Turns,
    [property: Id(1)] double Tokens,
    [property: Id(2)] double Seconds,
    [property: Id(3)] double TokensSquared,
    [property: Id(4)] double SecondsSquared,
    [property: Id(5)] double Products)
{
    /// <summary>Of both.</summary>
    public static PilotSums operator +(PilotSums a, PilotSums b) => new(a.Turns + b.Turns, a.Tokens + b.Tokens, a.Seconds + b.Seconds,
        a.TokensSquared + b.TokensSquared, a.SecondsSquared + b.SecondsSquared, a.Products + b.Products);

    /// <summary>With one more turn.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="seconds">Its part of the passes.</param>
    public PilotSums With(double tokens, double seconds) => this + new PilotSums(1, tokens, seconds, tokens * tokens, seconds * seconds, tokens * seconds);
}
