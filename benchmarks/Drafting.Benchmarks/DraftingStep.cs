using BenchmarkDotNet.Attributes;

namespace NGrammys.Drafting.Benchmarks;

/// <summary>What drafting adds to one step of one conversation: a draft of 32 nodes from all text sources, and learning from the tokens that came.</summary>
[MemoryDiagnoser]
public class DraftingStep
{
    private readonly DraftBudget _budget = new(MaxNodes: 32, MinSurvival: 0);
    private ConversationDrafter _drafter = new();
    private int[] _next = [];

    [Params(2_048, 32_768)]
    public int Context { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var text = Corpus.Text(Context + 2, seed: 1);
        _drafter = Corpus.Drafter();
        _drafter.Append(text.AsSpan(0, Context));
        _next = text[Context..];
    }

    [Benchmark]
    public int Draft() => _drafter.Draft(_budget).Count;

    [Benchmark]
    public void ObserveTwoTokens()
    {
        _drafter.Observe(_next);
        _drafter.Truncate(Context);
    }
}
