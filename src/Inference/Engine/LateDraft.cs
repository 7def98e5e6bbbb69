using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>What is left of a draft that comes when some of the tokens it guesses have been said.</summary>
internal static class LateDraft
{
    /// <summary>The nodes behind the said ones, as a draft of its own; nothing if the draft did not guess them all.</summary>
    /// <param name="draft">Nodes, whose survival falls along every path (<see cref="SequenceChecks.Normalise"/>); not changed.</param>
    /// <param name="said">Tokens from the position that was drafted for on, at least one.</param>
    public static DraftNode[] Behind(DraftNode[] draft, ReadOnlySpan<int> said)
    {
        var root = -1;
        foreach (var token in said)
        {
            var parent = root;
            root = Array.FindIndex(draft, node => node.Parent == parent && node.Token == token);
            if (root < 0) return [];
        }

        var nodes = new List<DraftNode>();
        var places = new int[draft.Length];
        for (var node = 0; node < draft.Length; node++)
        {
            var parent = draft[node].Parent;
            places[node] = -1;
            if (parent != root && (parent < 0 || places[parent] < 0)) continue;
            places[node] = nodes.Count;
            // That the nodes before it would come is certain by now.
            var survival = draft[root].Survival > 0 ? draft[node].Survival / draft[root].Survival : 0;
            nodes.Add(draft[node] with { Parent = parent == root ? -1 : places[parent], Survival = survival });
        }

        return [.. nodes];
    }
}
