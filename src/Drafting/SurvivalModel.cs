using System.Text;

namespace NGrammys.Drafting;

/// <summary>Learns how likely the target chooses a candidate, from the evidence of all sources for it.</summary>
/// <remarks>
/// <para>Whatever the target emitted, every candidate that could have been guessed there is scored against it, drafted or not. A node of a draft tree
/// asks the same question (what follows this text, given that all of it is right), so its survival is the product of the estimates on its path.</para>
/// <para>Each source's evidence has a rate of its own; their log-odds are added with weights that are learned too, so that agreement counts for as
/// much as it proves to be worth; what comes out is corrected by what was observed (logistic mixing, as in PAQ compressors). Where drafts were made
/// their nodes' products are corrected once more, by what became of such nodes.</para>
/// <para>A conversation's model begins as a copy of a prior that travels with the model, adapts to the conversation, and teaches the prior. Only the
/// prior is shared between threads, and locked.</para>
/// </remarks>
public sealed class SurvivalModel
{
    private const int FormatVersion = 2;
    private const int Window = 1024; // observations
    private const int LearnedWindow = 4096; // of a prior, which sees many conversations
    private const int PathKinds = 4;
    private const float LearningRate = 0.02f;
    private const float Corrected = 0.75f; // the rest stays the mixture's own estimate, which has seen more

    private readonly Lock _lock = new();
    private readonly float[] _evidence; // [source] for a candidate
    private readonly float[] _absent; // [source] for a candidate that it does not guess
    private readonly float[] _logOdds; // [candidate]
    private readonly DraftSource[] _kinds;
    private readonly EvidenceRates[] _rates;
    private readonly float[][] _weights; // [surety][source], then a bias
    private readonly Calibration _calibration;
    private readonly Calibration _paths; // by depth
    private readonly SurvivalModel? _prior;

    /// <summary>Begins with what the sources themselves suppose: a prior for conversations with the same sources in the same order.</summary>
    /// <param name="sources">The sources.</param>
    public SurvivalModel(IReadOnlyList<IDraftSource> sources)
        : this(sources, LearnedWindow)
    {
    }

    private SurvivalModel(IReadOnlyList<IDraftSource> sources, int window)
    {
        ArgumentNullException.ThrowIfNull(sources);
        _kinds = [.. sources.Select(source => source.Kind)];
        (_evidence, _absent, _logOdds) = (new float[sources.Count], new float[sources.Count], new float[sources.Count * IDraftSource.MaxGuesses]);
        _rates = [.. sources.Select(source => new EvidenceRates(source, window))];
        _calibration = new Calibration(Trail.Kinds, window);
        _paths = new Calibration(PathKinds, window);
        _weights = new float[Trail.Sureties][];
        for (var surety = 0; surety < _weights.Length; surety++)
        {
            _weights[surety] = new float[sources.Count + 1];
            _weights[surety].AsSpan(0, sources.Count).Fill(1);
            _weights[surety][^1] = EvidenceRates.Nothing;
        }
    }

    /// <summary>The model of one conversation: it begins with what this one has learned, and teaches it.</summary>
    /// <param name="sources">The conversation's own sources, of the same kinds in the same order.</param>
    /// <exception cref="ArgumentException">The sources are others.</exception>
    public SurvivalModel ForConversation(IReadOnlyList<IDraftSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (!sources.Select(source => source.Kind).SequenceEqual(_kinds))
            throw new ArgumentException($"The model has learned from {string.Join(", ", _kinds)}, in this order; the conversation's sources are others.", nameof(sources));
        lock (_lock) return new SurvivalModel(sources, this);
    }

    private SurvivalModel(IReadOnlyList<IDraftSource> sources, SurvivalModel prior)
        : this(sources, Window)
    {
        _prior = prior;
        for (var source = 0; source < _rates.Length; source++) _rates[source].Copy(prior._rates[source]);
        for (var surety = 0; surety < _weights.Length; surety++) prior._weights[surety].CopyTo(_weights[surety], 0);
        _calibration.Copy(prior._calibration);
        _paths.Copy(prior._paths);
    }

    /// <summary>Writes what was learned, to travel with the model of the conversations.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        lock (_lock)
        {
            writer.Write(FormatVersion);
            writer.Write(_kinds.Length);
            for (var source = 0; source < _kinds.Length; source++)
            {
                writer.Write((byte)_kinds[source]);
                _rates[source].Write(writer);
            }
            foreach (var weight in _weights.SelectMany(weights => weights)) writer.Write(weight);
            _calibration.Write(writer);
            _paths.Write(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote for the same sources.</summary>
    /// <exception cref="InvalidDataException">It was written for other sources or by another version, or is cut off.</exception>
    public static SurvivalModel Load(Stream stream, IReadOnlyList<IDraftSource> sources)
    {
        var model = new SurvivalModel(sources);
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            if (reader.ReadInt32() != FormatVersion) throw new InvalidDataException("The prior for drafts is of another version: delete it, it is learned anew.");
            if (reader.ReadInt32() != model._kinds.Length) throw OtherSources();
            for (var source = 0; source < model._kinds.Length; source++)
            {
                if (reader.ReadByte() != (byte)model._kinds[source]) throw OtherSources();
                model._rates[source].Read(reader);
            }
            foreach (var weights in model._weights)
            {
                foreach (ref var weight in weights.AsSpan()) weight = reader.ReadSingle() is var read && float.IsFinite(read) ? read : weight;
            }
            model._calibration.Read(reader);
            model._paths.Read(reader);
            return model;
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException("The prior for drafts is cut off: delete it, it is learned anew.", error);
        }
    }

    private static InvalidDataException OtherSources() => new("The prior for drafts was learned with other sources: delete it, it is learned anew.");

    /// <summary>Estimates how likely each candidate is chosen.</summary>
    /// <param name="candidates">The candidates, C.</param>
    /// <param name="trail">What stands before them.</param>
    /// <param name="probabilities">Receives [C] the estimates; room for all that the sources could guess.</param>
    internal void Estimate(Candidates candidates, Trail trail, Span<float> probabilities)
    {
        var logOdds = _logOdds.AsSpan(0, LogOdds.Blocks(candidates.Count));
        for (var source = 0; source < _rates.Length; source++) _absent[source] = Absence(candidates, source);
        for (var candidate = 0; candidate < candidates.Count; candidate++)
            logOdds[candidate] = Weigh(candidates.Cells(candidate), _weights[trail.Surety], out _);
        LogOdds.Probability(logOdds, probabilities);
        for (var candidate = 0; candidate < candidates.Count; candidate++)
            probabilities[candidate] += Corrected * (_calibration.Correct(logOdds[candidate], trail.Kind) - probabilities[candidate]);
    }

    /// <summary>Learns which token was chosen where these were the candidates.</summary>
    internal void Learn(Candidates candidates, Trail trail, int token)
    {
        Adapt(candidates, trail, token);
        if (_prior is null) return;
        lock (_prior._lock) _prior.Adapt(candidates, trail, token);
    }

    /// <summary>Corrects products of the estimates on paths: drafts begin where guesses have just failed, which single estimates do not know.</summary>
    /// <param name="products">[N] the products; room for whole blocks.</param>
    /// <param name="count">Number of products, N.</param>
    /// <param name="depth">Tokens of each path.</param>
    /// <param name="survivals">Receives [N] the corrected values; as long as the products.</param>
    internal void CorrectPaths(ReadOnlySpan<float> products, int count, int depth, Span<float> survivals)
    {
        var blocks = LogOdds.Blocks(count);
        LogOdds.Of(products[..blocks], survivals[..blocks]);
        foreach (ref var survival in survivals[..count]) survival = _paths.Correct(survival, PathKind(depth));
    }

    /// <summary>Learns whether a drafted node was reached and accepted.</summary>
    internal void LearnPath(float product, int depth, bool accepted)
    {
        _paths.Learn(LogOdds.Of(product), PathKind(depth), accepted);
        if (_prior is null) return;
        lock (_prior._lock) _prior._paths.Learn(LogOdds.Of(product), PathKind(depth), accepted);
    }

    private static int PathKind(int depth) => depth switch { 1 => 0, 2 => 1, < 6 => 2, _ => 3 };

    private void Adapt(Candidates candidates, Trail trail, int token)
    {
        var weights = _weights[trail.Surety];
        for (var candidate = 0; candidate < candidates.Count; candidate++)
        {
            var chosen = candidates.Tokens[candidate] == token;
            var cells = candidates.Cells(candidate);
            for (var source = 0; source < _rates.Length; source++) _absent[source] = Absence(candidates, source);
            var logOdds = Weigh(cells, weights, out var scale);
            _calibration.Learn(logOdds, trail.Kind, chosen);
            var step = LearningRate * ((chosen ? 1 : 0) - LogOdds.Probability(logOdds));
            for (var source = 0; source < _rates.Length; source++)
            {
                weights[source] += step * scale * _evidence[source];
                if (candidates.Best[source] != Candidates.Absent) _rates[source].Learn(_rates[source].Place(cells[source], candidates.Best[source]), chosen);
            }
            weights[^1] += step;
        }
    }

    // What it says of a token that a source guesses others: nothing if it guesses none.
    private float Absence(Candidates candidates, int source) =>
        candidates.Best[source] is var best && best == Candidates.Absent ? 0 : _rates[source].Evidence(_rates[source].Place(Candidates.Absent, best));

    // Log-odds beyond those of a token of which nothing is known. Sources that agree are surer than one, but no independent witnesses: the sum is divided by the
    // square root of their number, in which each counts as far as it has anything to say.
    private float Weigh(ReadOnlySpan<short> cells, float[] weights, out float scale)
    {
        var (sum, weighted, largest) = (0f, 0f, 0.001f);
        for (var source = 0; source < cells.Length; source++)
        {
            var evidence = cells[source] == Candidates.Absent ? _absent[source] : _rates[source].Evidence(EvidenceRates.Place(cells[source]));
            _evidence[source] = evidence;
            weighted += weights[source] * evidence;
            var size = Math.Abs(evidence);
            sum += size;
            largest = Math.Max(largest, size);
        }
        scale = MathF.Sqrt(largest / Math.Max(sum, largest));
        return weights[^1] + scale * weighted;
    }
}
