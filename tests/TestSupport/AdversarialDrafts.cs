using NGrammys.Inference.Abstractions;

namespace NGrammys.TestSupport;

/// <summary>Drafts that no drafter would send, made by one who knows the reply: half right, wrong, branches twice, guesses behind the end.</summary>
/// <param name="random">Decides everything.</param>
/// <param name="vocabulary">Number of tokens.</param>
/// <param name="reply">What the model says.</param>
/// <param name="maxNodes">Most nodes of a draft; the engine cuts what exceeds its own limit.</param>
public sealed class AdversarialDrafts(Random random, int vocabulary, IReadOnlyList<int> reply, int maxNodes)
{
    /// <summary>A draft for a position of the reply.</summary>
    public DraftNode[] Next(int position)
    {
        var nodes = new DraftNode[random.Next(maxNodes + 1)];
        var depths = new int[nodes.Length];
        var truth = random.NextDouble();
        for (var i = 0; i < nodes.Length; i++)
        {
            // Chains, bushes, and nodes that all hang on the root.
            var parent = random.Next(4) switch { 0 => -1, 1 => random.Next(-1, i), _ => i - 1 };
            depths[i] = parent < 0 ? 0 : depths[parent] + 1;
            var at = position + depths[i];
            // Behind the reply's end, too, its first tokens are as good a guess as any.
            var token = random.NextDouble() < truth ? reply[at % reply.Count] : random.Next(vocabulary);
            // The same child twice: the first one must win and the second one must do no harm.
            if (i > 0 && random.Next(6) == 0) (token, parent, depths[i]) = (nodes[i - 1].Token, nodes[i - 1].Parent, depths[i - 1]);
            nodes[i] = new DraftNode(token, parent, (byte)random.Next(1, 5), Survival());
        }

        return nodes;
    }

    // Nearly sure, so that the engine takes them; now and then what a broken estimate says.
    private float Survival() => random.Next(20) switch { 0 => float.NaN, 1 => -1, 2 => 7, 3 => random.NextSingle(), _ => 1 };
}
