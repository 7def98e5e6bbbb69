using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;

namespace NGrammys.Failover.Silo;

/// <summary>An executor that ends the process when it reads a certain text, as a prompt may that trips over a fault of a driver.</summary>
/// <param name="executor">The device.</param>
/// <param name="poison">The text as consecutive tokens.</param>
internal sealed class PoisonedExecutor(IForwardExecutor executor, int[] poison) : DelegatingExecutor(executor)
{
    /// <summary>The tokens of a text wherever it stands: those at its ends may join with what is beside it.</summary>
    public static int[] Ids(ITokenizer tokenizer, string text)
    {
        var ids = tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
        return ids.Length < 4 ? throw new NGrammysException($"'{text}' has {ids.Length} tokens; a poison needs four.") : ids[1..^1];
    }

    public override void Forward(ForwardBatch batch, Span<float> logits)
    {
        if (batch.Tokens.IndexOf(poison) >= 0) Environment.FailFast("The engine was poisoned.");
        base.Forward(batch, logits);
    }
}
