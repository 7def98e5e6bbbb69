namespace NGrammys.Overload.Benchmarks;

/// <summary>When the tokens of a stream came.</summary>
internal sealed class StreamSpeed
{
    private readonly Lock _gate = new();
    private readonly List<(long At, int Tokens)> _pieces = [];

    /// <summary>So many have come now.</summary>
    public void Hear(int tokens)
    {
        lock (_gate) _pieces.Add((TimeProvider.System.GetTimestamp(), tokens));
    }

    /// <summary>Whether any has come.</summary>
    public bool Runs
    {
        get
        {
            lock (_gate) return _pieces.Exists(piece => piece.Tokens > 0);
        }
    }

    /// <summary>Tokens a second between two timestamps.</summary>
    public double Between(long from, long to)
    {
        lock (_gate) return _pieces.Where(piece => piece.At >= from && piece.At < to).Sum(piece => piece.Tokens) / TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;
    }
}
