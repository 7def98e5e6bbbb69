namespace NGrammys.Drafting;

/// <summary>How often the guesses of one source come true, by their evidence, and how often a token comes that this source did not guess.</summary>
/// <remarks>
/// Not to be guessed is evidence too: what a token is worth that the source does not guess depends on how sure the source is of another. Each rate is a mean
/// that forgets: it begins with the weight of <see cref="PriorWeight"/> observations, and of more than its window the older fade exponentially.
/// </remarks>
internal sealed class EvidenceRates
{
    /// <summary>How often a token comes that a source did not guess, before anything was learned.</summary>
    public const float AbsentPrior = 0.04f;

    /// <summary>Log-odds of a token of which nothing is known.</summary>
    public static readonly float Nothing = LogOdds.Of(AbsentPrior);

    private const int Levels = 8;
    private const int PriorWeight = 32;
    private const float Least = 0.0005f;

    private readonly float[] _rates; // first what is not guessed, by level, then the source's cells
    private readonly float[] _evidence;
    private readonly int[] _weights;
    private readonly int _window;

    public EvidenceRates(IDraftSource source, int window)
    {
        var cells = Levels + source.Cells;
        (_rates, _evidence, _weights, _window) = (new float[cells], new float[cells], new int[cells], window);
        _weights.AsSpan().Fill(PriorWeight);
        for (var cell = 0; cell < cells; cell++) Set(cell, cell < Levels ? AbsentPrior : source.Prior(cell - Levels));
    }

    /// <summary>Takes what another has learned about the same source, with no more weight than this window.</summary>
    public void Copy(EvidenceRates other)
    {
        for (var cell = 0; cell < _rates.Length; cell++)
        {
            _weights[cell] = Math.Min(other._weights[cell], _window);
            Set(cell, other._rates[cell]);
        }
    }

    /// <summary>Where the evidence for a candidate is counted that the source guesses.</summary>
    /// <param name="cell">The source's cell for it.</param>
    public static int Place(short cell) => Levels + cell;

    /// <summary>Where the evidence for a candidate is counted that the source may guess or not.</summary>
    /// <param name="cell">The source's cell for it, or <see cref="Candidates.Absent"/>.</param>
    /// <param name="best">The cell of the source's likeliest guess; one that guesses nothing has no place.</param>
    public int Place(short cell, short best) => cell != Candidates.Absent ? Place(cell) : (int)(_rates[Place(best)] * Levels);

    /// <summary>Logarithm of the odds that a candidate is chosen, by this source's evidence alone, beyond <see cref="Nothing"/>.</summary>
    public float Evidence(int place) => _evidence[place];

    /// <summary>Learns whether a candidate was chosen.</summary>
    public void Learn(int place, bool chosen)
    {
        _weights[place] = Math.Min(_weights[place] + 1, _window);
        Set(place, _rates[place] + ((chosen ? 1 : 0) - _rates[place]) / _weights[place]);
    }

    /// <summary>Writes what was learned.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_rates.Length);
        for (var cell = 0; cell < _rates.Length; cell++)
        {
            writer.Write(_rates[cell]);
            writer.Write(_weights[cell]);
        }
    }

    /// <summary>Reads what was written by rates of the same source; of another version of it nothing is taken.</summary>
    public void Read(BinaryReader reader)
    {
        var cells = reader.ReadInt32();
        for (var cell = 0; cell < cells; cell++)
        {
            var (rate, weight) = (reader.ReadSingle(), reader.ReadInt32());
            if (cells != _rates.Length || !float.IsFinite(rate) || weight < 1) continue;
            _weights[cell] = Math.Min(weight, _window);
            Set(cell, rate);
        }
    }

    private void Set(int place, float rate)
    {
        _rates[place] = Math.Clamp(rate, Least, 1 - Least);
        _evidence[place] = LogOdds.Of(_rates[place]) - Nothing;
    }
}
