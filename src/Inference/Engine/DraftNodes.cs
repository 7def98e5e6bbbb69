using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>What a drafter and an engine in the same process say to each other.</summary>
public static class DraftNodes
{
    /// <summary>Copies the tree, whose buffers are the drafter's own.</summary>
    public static DraftNode[] ToNodes(this DraftTree tree)
    {
        var nodes = new DraftNode[tree.Count];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = new DraftNode(tree.Tokens[i], tree.Parents[i], (byte)tree.Sources[i], tree.Survival[i]);
        return nodes;
    }

    /// <summary>What a step has told about its nodes; nothing if it was not asked to.</summary>
    public static VerifiedNodes ToVerifiedNodes(this LikelyTokens? likely) => likely is null
        ? default
        : new VerifiedNodes { Tokens = likely.Nodes, Parents = likely.Parents, Next = likely.Next, Shares = likely.Shares };
}
