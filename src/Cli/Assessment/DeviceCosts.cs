using NGrammys.Drafting;

namespace NGrammys.Cli.Assessment;

/// <summary>What a model costs on a device: passes of which all logits are wanted, and prompts, of which only the last are.</summary>
internal sealed class DeviceCosts
{
    private const int StepTokens = 256; // of a prompt, at most

    private readonly PassCosts _prompts;
    private readonly int _promptTokens;

    /// <summary>Takes what was measured.</summary>
    /// <param name="contexts">[C] lengths of the context.</param>
    /// <param name="tokens">[T] tokens of the passes.</param>
    /// <param name="seconds">[C][T].</param>
    /// <param name="prompt">[C] of as many tokens as the largest pass; null = as if all logits were wanted.</param>
    /// <exception cref="ArgumentException">A count of tokens, a context or a time cannot be.</exception>
    public DeviceCosts(int[] contexts, int[] tokens, double[][] seconds, double[]? prompt)
    {
        Passes = new PassCosts(
            from context in Enumerable.Range(0, contexts.Length)
            from size in Enumerable.Range(0, tokens.Length)
            select (tokens[size], contexts[context], seconds[context][size]));
        _promptTokens = tokens[^1];
        _prompts = new PassCosts(Enumerable.Range(0, contexts.Length).Select(context => (_promptTokens, contexts[context], prompt?[context] ?? seconds[context][^1])));
    }

    /// <summary>Of passes.</summary>
    public PassCosts Passes { get; }

    /// <summary>Seconds of a step of several conversations: the weights are read once for all, but each has keys and values of its own.</summary>
    /// <param name="conversations">How many; at least one.</param>
    /// <param name="nodes">Tokens of the step, all together, shared evenly; may be a mean.</param>
    /// <param name="context">Tokens before them, of each.</param>
    public double Step(int conversations, double nodes, int context)
    {
        var each = nodes / conversations;
        return Passes.Cost(nodes, 0) + conversations * (Passes.Cost(each, context) - Passes.Cost(each, 0));
    }

    /// <summary>Seconds of a step in which some conversations go on while others read their prompts.</summary>
    /// <param name="conversations">Those that go on.</param>
    /// <param name="nodes">Their tokens; as many as there are conversations, or more.</param>
    /// <param name="prompt">Tokens of prompts.</param>
    /// <param name="context">Tokens before them, on average.</param>
    public double Step(int conversations, int nodes, int prompt, int context) =>
        (conversations > 0 ? Step(conversations, nodes, context) : Passes.Cost(1, 0)) + _prompts.Cost(_promptTokens, context) * prompt / _promptTokens;

    /// <summary>Seconds that it takes to read a prompt.</summary>
    /// <param name="length">Its tokens.</param>
    public double Prompt(int length)
    {
        var seconds = 0.0;
        for (var read = 0; read < length; read += StepTokens)
        {
            var step = Math.Min(StepTokens, length - read);
            // Where it is less than the cost of the weights it is that of a pass.
            seconds += Math.Max(Passes.Cost(1, read), _prompts.Cost(_promptTokens, read) * step / _promptTokens);
        }

        return seconds;
    }
}
