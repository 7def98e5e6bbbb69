using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>A drafter's tree as an engine in the same process takes it.</summary>
public static class DraftNodes
{
    /// <summary>Copies the tree, whose buffers are the drafter's own.</summary>
    public static DraftNode[] ToNodes(this DraftTree tree)
    {
        var nodes = new DraftNode[tree.Count];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = new DraftNode(tree.Tokens[i], tree.Parents[i], (byte)tree.Sources[i], tree.Survival[i]);
        return nodes;
    }
}
