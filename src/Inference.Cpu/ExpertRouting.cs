using NGrammys.Inference.Models;
using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Cpu;

/// <summary>Which experts the nodes of a step use. A use is a slot; slots lie expert by expert, and within one in the order of nodes.</summary>
/// <remarks>A node's choice and weights follow from its own logits alone. Allocates only for a step larger than any before.</remarks>
internal sealed unsafe class ExpertRouting
{
    private int[] _nodes = [];
    private float[] _weights = [];
    private int[] _chosen = [];
    private int[] _slots = [];
    private int[] _starts = [];
    private double[] _probabilities = [];

    /// <summary>Experts that somebody uses, ascending.</summary>
    public List<int> Active { get; } = [];

    /// <summary>Experts that a node uses.</summary>
    public int PerToken { get; private set; }

    /// <summary>Number of slots.</summary>
    public int Count { get; private set; }

    /// <summary>First slot of an expert; that of the next one is behind its last.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>[slots] the nodes.</summary>
    public ReadOnlySpan<int> Nodes => _nodes.AsSpan(0, Count);

    /// <summary>[slots] what multiplies the expert's output.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, Count);

    /// <summary>Slots of a node, by ascending expert: the order in which its outputs are summed.</summary>
    public ReadOnlySpan<int> Slots(int node) => _slots.AsSpan(node * PerToken, PerToken);

    /// <summary>Chooses for all nodes of a step.</summary>
    /// <param name="experts">The layer's experts.</param>
    /// <param name="logits">[nodes, X]</param>
    /// <param name="stride">Elements from row to row of the logits.</param>
    /// <param name="nodes">T</param>
    public void Fill(ExpertsDescription experts, float* logits, int stride, int nodes)
    {
        (PerToken, Count) = (experts.PerToken, nodes * experts.PerToken);
        Reserve(experts.Count);
        Array.Clear(_starts);
        for (var node = 0; node < nodes; node++)
        {
            Choose(experts, logits + (long)node * stride, _chosen.AsSpan(node * PerToken, PerToken));
            foreach (var expert in _chosen.AsSpan(node * PerToken, PerToken)) _starts[expert + 1]++;
        }

        Active.Clear();
        for (var expert = 0; expert < experts.Count; expert++)
        {
            if (_starts[expert + 1] > 0) Active.Add(expert);
            _starts[expert + 1] += _starts[expert];
        }

        Place(experts, logits, stride, nodes);
    }

    // Counting sort: a start moves to its expert's end while slots are taken, and all are moved back behind it.
    private void Place(ExpertsDescription experts, float* logits, int stride, int nodes)
    {
        for (var node = 0; node < nodes; node++)
        {
            var total = Probabilities(experts, logits + (long)node * stride, _chosen.AsSpan(node * PerToken, PerToken));
            for (var i = 0; i < PerToken; i++)
            {
                var expert = _chosen[node * PerToken + i];
                var slot = _starts[expert]++;
                _nodes[slot] = node;
                _weights[slot] = (float)(_probabilities[expert] / total);
                _slots[node * PerToken + i] = slot;
            }
        }

        for (var expert = experts.Count; expert > 0; expert--) _starts[expert] = _starts[expert - 1];
        _starts[0] = 0;
    }

    private static void Choose(ExpertsDescription experts, float* logits, Span<int> chosen)
    {
        for (var i = 0; i < chosen.Length; i++)
        {
            var best = -1;
            for (var expert = 0; expert < experts.Count; expert++)
            {
                if (chosen[..i].Contains(expert)) continue;
                if (best < 0 || logits[expert] > logits[best]) best = expert;
            }

            chosen[i] = best;
        }

        chosen.Sort();
    }

    // exp(logit - largest) of the experts, and what makes probabilities of them: the sum over all, or over the chosen.
    private double Probabilities(ExpertsDescription experts, float* logits, ReadOnlySpan<int> chosen)
    {
        var largest = float.NegativeInfinity;
        foreach (var expert in chosen) largest = MathF.Max(largest, logits[expert]);
        var total = 0.0;
        for (var expert = 0; expert < experts.Count; expert++)
        {
            if (experts.Normalized && !chosen.Contains(expert)) continue;
            total += _probabilities[expert] = Elementary.Exp(logits[expert] - largest);
        }

        return total;
    }

    private void Reserve(int experts)
    {
        if (_starts.Length != experts + 1) (_starts, _probabilities) = (new int[experts + 1], new double[experts]);
        if (_nodes.Length >= Count) return;
        (_nodes, _weights, _chosen, _slots) = (new int[2 * Count], new float[2 * Count], new int[2 * Count], new int[2 * Count]);
    }
}
