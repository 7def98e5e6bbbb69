using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>Adds what a constraint leaves no choice about to somebody's draft.</summary>
internal static class ForcedDraft
{
    // The text is certain, its tokens are not: a text can be cut into tokens in many ways.
    private const float Trust = 0.95f;

    /// <summary>The draft with a chain of tokens from the root on; where the draft has the same tokens already, they are made surer.</summary>
    /// <param name="draft">Nodes; not changed.</param>
    /// <param name="forced">Tokens.</param>
    public static DraftNode[] Graft(DraftNode[] draft, ReadOnlySpan<int> forced)
    {
        if (forced.IsEmpty) return draft;
        var nodes = draft.ToList();
        var (parent, survival) = (-1, 1f);
        foreach (var token in forced)
        {
            survival *= Trust;
            var node = nodes.FindIndex(candidate => candidate.Token == token && candidate.Parent == parent);
            if (node >= 0)
            {
                nodes[node] = nodes[node] with { Survival = Math.Max(nodes[node].Survival, survival) };
            }
            else
            {
                if (nodes.Count == Sequence.MaxDraftNodes) break;
                node = nodes.Count;
                nodes.Add(new DraftNode(token, parent, (byte)DraftSource.Constraint, survival));
            }

            parent = node;
        }

        return [.. nodes];
    }
}
