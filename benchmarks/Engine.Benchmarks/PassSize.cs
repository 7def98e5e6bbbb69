namespace NGrammys.Engine.Benchmarks;

/// <summary>One size of pass and what was measured of it.</summary>
/// <param name="Tokens">T</param>
/// <param name="Outputs">The last so many of them have logits.</param>
/// <param name="Context">Positions before them.</param>
internal sealed record PassSize(int Tokens, int Outputs, int Context)
{
    /// <summary>Wall clock of each pass, in milliseconds.</summary>
    public List<double> Elapsed { get; } = [];

    /// <summary>Processor time of all threads, in milliseconds.</summary>
    public List<double> Processor { get; } = [];

    /// <summary>Bytes allocated by all passes together.</summary>
    public long Allocated { get; set; }

    /// <summary>As the table calls it.</summary>
    public string Name => Outputs == Tokens ? $"{Tokens}" : $"{Tokens} ({Outputs} out)";
}
