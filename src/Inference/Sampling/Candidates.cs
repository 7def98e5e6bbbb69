using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Sampling;

/// <summary>Truncates a distribution: top-k, top-p, min-p and typical-p in this order, each on what the one before left, as in transformers.</summary>
/// <remarks>Reused; allocates only for a larger vocabulary than any before. Not thread-safe.</remarks>
internal sealed class Candidates
{
    // e^-40 lies below a double's precision even when a whole vocabulary of such weights is summed.
    private const double Negligible = 40;

    private readonly Comparer<int> _byScore;
    private readonly Comparer<int> _bySurprise;
    private double[] _scores = [];
    private double[] _surprise = [];
    private int[] _tokens = [];
    private int _count;

    public Candidates()
    {
        _byScore = Comparer<int>.Create((a, b) => _scores[a] != _scores[b] ? _scores[b].CompareTo(_scores[a]) : a.CompareTo(b));
        _bySurprise = Comparer<int>.Create((a, b) => _surprise[a] != _surprise[b] ? _surprise[a].CompareTo(_surprise[b]) : a.CompareTo(b));
    }

    /// <summary>The tokens that are left.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>Whether these parameters keep every token.</summary>
    public static bool KeepAll(SamplingParameters sampling, int count) =>
        (sampling.TopK is 0 || sampling.TopK >= count) && sampling.TopP >= 1 && sampling.MinP <= 0 && sampling.TypicalP >= 1;

    /// <summary>Keeps what the parameters keep. Of equal scores the lower id counts as the better.</summary>
    /// <param name="scores">[≥ count] processed logits / temperature; negative infinity is impossible.</param>
    /// <param name="count">Size of the vocabulary.</param>
    /// <param name="sampling">The parameters.</param>
    public void Keep(double[] scores, int count, SamplingParameters sampling)
    {
        _scores = scores;
        if (_tokens.Length < count) (_tokens, _surprise) = (new int[count], new double[count]);
        var best = double.NegativeInfinity;
        for (var i = 0; i < count; i++) best = Math.Max(best, scores[i]);
        var topK = sampling.TopK > 0 && sampling.TopK < count;
        Select(count, topK ? KthScore(count, sampling.TopK) : Floor(count, best, sampling));
        Array.Sort(_tokens, 0, _count, _byScore);
        if (sampling.TopP < 1) KeepTopP(sampling.TopP, topK ? Mass(best) : WholeMass(count, best), best);
        if (sampling.MinP > 0)
        {
            var floor = best + Elementary.Log(sampling.MinP);
            while (_count > 1 && scores[_tokens[_count - 1]] < floor) _count--;
        }

        if (sampling.TypicalP < 1) KeepTypical(sampling.TypicalP, best);
    }

    /// <summary>Weight of a score, relative to the best one's.</summary>
    public static double Weight(double score, double best) => score - best < -Negligible ? 0 : Elementary.Exp(score - best);

    private void Select(int count, double floor)
    {
        _count = 0;
        for (var i = 0; i < count; i++)
        {
            if (_scores[i] >= floor && !double.IsNegativeInfinity(_scores[i])) _tokens[_count++] = i;
        }
    }

    // What lies below cannot be kept, so it need not be sorted: all of it together weighs less than top-p leaves out, or each less than min-p allows.
    private static double Floor(int count, double best, SamplingParameters sampling)
    {
        var floor = double.NegativeInfinity;
        if (sampling.TopP < 1) floor = best - Elementary.Log(count / (1 - sampling.TopP)) - 1;
        else if (sampling is { MinP: > 0, TypicalP: >= 1 }) floor = best + Elementary.Log(sampling.MinP) - 1;
        return floor;
    }

    // The k-th best score: a heap of k, the worst on top. Ties with it are kept.
    private double KthScore(int count, int k)
    {
        var heap = _surprise.AsSpan(0, k);
        _scores.AsSpan(0, k).CopyTo(heap);
        heap.Sort();
        for (var i = k; i < count; i++)
        {
            if (_scores[i] <= heap[0]) continue;
            heap[0] = _scores[i];
            for (var at = 0; 2 * at + 1 < k;)
            {
                var child = 2 * at + 1;
                if (child + 1 < k && heap[child + 1] < heap[child]) child++;
                if (heap[at] <= heap[child]) break;
                (heap[at], heap[child]) = (heap[child], heap[at]);
                at = child;
            }
        }

        return heap[0];
    }

    private double WholeMass(int count, double best)
    {
        var mass = 0.0;
        for (var i = 0; i < count; i++) mass += Weight(_scores[i], best);
        return mass;
    }

    private double Mass(double best)
    {
        var mass = 0.0;
        foreach (var token in Tokens) mass += Weight(_scores[token], best);
        return mass;
    }

    private void KeepTopP(double topP, double total, double best)
    {
        var (kept, mass) = (0, 0.0);
        while (kept < _count && (kept == 0 || mass < topP * total)) mass += Weight(_scores[_tokens[kept++]], best);
        _count = kept;
    }

    private void KeepTypical(double typicalP, double best)
    {
        var total = Mass(best);
        var (logTotal, entropy) = (Elementary.Log(total), 0.0);
        foreach (var token in Tokens) entropy -= Weight(_scores[token], best) / total * (_scores[token] - best - logTotal);
        foreach (var token in Tokens) _surprise[token] = Math.Abs(best + logTotal - _scores[token] - entropy);
        Array.Sort(_tokens, 0, _count, _bySurprise);
        var (last, mass) = (0, 0.0);
        while (last < _count - 1 && (mass += Weight(_scores[_tokens[last]], best) / total) < typicalP) last++;
        // Like transformers, all that tie with the last one are kept.
        while (last + 1 < _count && _surprise[_tokens[last + 1]] == _surprise[_tokens[last]]) last++;
        _count = last + 1;
    }
}
