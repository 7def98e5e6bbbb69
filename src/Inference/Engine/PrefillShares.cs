namespace NGrammys.Inference.Engine;

/// <summary>Divides the prompt tokens that a step may compute among the prompts that are not read yet.</summary>
/// <remarks>
/// Between tenants by their numbers of running sequences. Of a tenant's share the prompt that needs least gets one half, so that a short one behind
/// a long one begins soon, and the oldest gets the other, so that a long one is not overtaken for ever. What they do not need goes to the next by age.
/// Reused for every step; called only on the engine thread.
/// </remarks>
internal sealed class PrefillShares
{
    private readonly Dictionary<string, int> _running = [];
    private readonly List<string> _reading = [];
    private int[] _shares = [];

    /// <summary>Prompt tokens for each sequence, its root not counted; 0 for one that decodes or has to wait.</summary>
    /// <param name="sequences">In the order of their admission.</param>
    /// <param name="budget">Most prompt tokens of the step.</param>
    public ReadOnlySpan<int> Divide(IReadOnlyList<Sequence> sequences, int budget)
    {
        if (_shares.Length < sequences.Count) _shares = new int[2 * sequences.Count];
        Array.Clear(_shares);
        _running.Clear();
        _reading.Clear();
        var readers = 0;
        foreach (var sequence in sequences)
        {
            var tenant = sequence.Request.Tenant;
            _running[tenant] = _running.GetValueOrDefault(tenant) + 1;
            if (sequence.Decoding || _reading.Contains(tenant)) continue;
            _reading.Add(tenant);
        }

        foreach (var tenant in _reading) readers += _running[tenant];
        var left = budget;
        foreach (var tenant in _reading)
        {
            // Rounded up: the smallest tenant gets on, too.
            var share = Math.Min(left, (int)(((long)budget * _running[tenant] + readers - 1) / readers));
            left -= share - Divide(sequences, share, tenant);
        }

        Give(sequences, left, tenant: null);
        return _shares.AsSpan(0, sequences.Count);
    }

    /// <summary>Divides a tenant's share and says what is left of it.</summary>
    private int Divide(IReadOnlyList<Sequence> sequences, int share, string tenant)
    {
        var shortest = -1;
        for (var i = 0; i < sequences.Count; i++)
        {
            if (sequences[i].Request.Tenant == tenant && Missing(sequences[i]) > 0 && (shortest < 0 || Missing(sequences[i]) < Missing(sequences[shortest]))) shortest = i;
        }

        if (shortest < 0) return share;
        _shares[shortest] = Math.Min(Missing(sequences[shortest]), share / 2);
        return Give(sequences, share - _shares[shortest], tenant);
    }

    private int Give(IReadOnlyList<Sequence> sequences, int tokens, string? tenant)
    {
        for (var i = 0; i < sequences.Count && tokens > 0; i++)
        {
            if (tenant is not null && sequences[i].Request.Tenant != tenant) continue;
            var more = Math.Min(tokens, Missing(sequences[i]) - _shares[i]);
            _shares[i] += more;
            tokens -= more;
        }

        return tokens;
    }

    private static int Missing(Sequence sequence) => sequence.Ids.Count - 1 - sequence.Cached;
}
