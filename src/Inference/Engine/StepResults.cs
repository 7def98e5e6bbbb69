using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>Turns a verified path into what the owner receives: cut behind the first stop token and at the largest allowed number of tokens.</summary>
internal static class StepResults
{
    public static StepResult Make(SequenceStep step, ReadOnlySpan<int> accepted, int last, Sequence sequence, out FinishReason? finish)
    {
        var request = sequence.Request;
        var room = sequence.MaxPosition - sequence.Position;
        var count = Math.Min(accepted.Length + 1, room);
        var tokens = new int[count];
        for (var i = 0; i < count; i++) tokens[i] = i < accepted.Length ? step.Tokens[accepted[i]] : last;

        var stop = Array.FindIndex(tokens, token => Array.IndexOf(request.StopTokens, token) >= 0);
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
            Drafted = step.Tokens.Count,
        };
    }
}
