using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Engine;

/// <summary>Turns a verified path into what the owner receives: cut behind the first stop token or stop string, and at the largest allowed number of tokens.</summary>
internal static class StepResults
{
    public static StepResult Make(
        SequenceStep step, ReadOnlySpan<int> accepted, int last, Sequence sequence, IReadOnlyList<TokenLogProbability> logProbabilities, out FinishReason? finish)
    {
        var room = sequence.MaxPosition - sequence.Position;
        var count = Math.Min(accepted.Length + 1, room);
        var tokens = new int[count];
        for (var i = 0; i < count; i++) tokens[i] = i < accepted.Length ? step.Tokens[accepted[i]] : last;

        var stop = 0;
        while (stop < count && !Ends(sequence, tokens[stop], sequence.Position + stop)) stop++;
        if (stop == count) stop = -1;
        if (stop >= 0) Array.Resize(ref tokens, stop + 1);
        finish = stop >= 0 ? FinishReason.Stop : count == room ? FinishReason.Length : null;

        var sources = new byte[tokens.Length];
        var survival = new float[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            var node = i < accepted.Length ? step.Draft[step.Nodes[accepted[i]]] : new DraftNode(last, -1, 0, 1);
            (sources[i], survival[i]) = (node.Source, node.Survival);
        }

        return new StepResult
        {
            Step = sequence.Steps,
            Position = sequence.Position,
            Tokens = tokens,
            Sources = sources,
            Survival = survival,
            LogProbabilities = [.. logProbabilities.Take(tokens.Length)],
            Drafted = step.Tokens.Count,
            Reused = sequence.Steps == 0 ? sequence.Reused : 0,
        };
    }

    /// <summary>The likeliest next tokens of a step's nodes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="logits">[N + 1, V] of its root and its nodes.</param>
    public static LikelyTokens Likely(SequenceStep step, ReadOnlySpan<float> logits)
    {
        var (rows, vocabulary) = (step.Tokens.Count + 1, logits.Length / (step.Tokens.Count + 1));
        var width = Math.Min(LikelyTokens.Width, vocabulary);
        var (next, shares) = (new int[rows * width], new byte[rows * width]);
        for (var row = 0; row < rows; row++)
            TopTokens.Select(logits.Slice(row * vocabulary, vocabulary), next.AsSpan(row * width, width), shares.AsSpan(row * width, width));
        return new LikelyTokens { Nodes = [.. step.Tokens], Parents = [.. step.Parents], Next = next, Shares = shares };
    }

    // Forbidden stop tokens cannot come, so their position needs no look.
    private static bool Ends(Sequence sequence, int token, int position) =>
        sequence.Path.Keep(token, position) || Array.IndexOf(sequence.Request.StopTokens, token) >= 0;
}
