using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The paper's mixed strategy, as the product has it: k rows of w tokens, the context's first, then the model's extended bigram.</summary>
internal sealed class PaperStrategy(int rows, int width, IBigramRows bigram, string suffix = "") : IStrategy
{
    private readonly PaperDrafter _drafter = new(rows, width, bigram);

    public string Name => $"paper ({rows},{width}){suffix}";

    public bool Begin(Turn turn)
    {
        _drafter.Truncate(0);
        _drafter.Append(turn.Prompt);
        return true;
    }

    public int Draft(out DraftTree tree) => _drafter.Draft(out tree);

    public void Observe(ReadOnlySpan<int> tokens, in VerifiedNodes verified) => _drafter.Append(tokens);
}
