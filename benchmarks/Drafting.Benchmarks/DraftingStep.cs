using BenchmarkDotNet.Attributes;

namespace NGrammys.Drafting.Benchmarks;

/// <summary>What drafting adds to one step of one conversation: a draft, and learning from the tokens that came.</summary>
[MemoryDiagnoser]
public class DraftingStep
{
    private const int Vocabulary = 32_000;

    private readonly DraftBudget _budget = new(MaxNodes: 32, MinSurvival: 0);
    private ConversationDrafter _drafter = new();
    private int[] _next = [];

    [Params(2_048, 32_768)]
    public int Context { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var text = Text(Context + 2);
        _drafter = new ConversationDrafter();
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

    /// <summary>Words as frequent as in natural text (Zipf's law), with passages that come again.</summary>
    private static int[] Text(int length)
    {
        var random = new Random(1);
        List<int> text = [];
        while (text.Count < length)
        {
            for (var fresh = random.Next(30); fresh >= 0; fresh--) text.Add((int)Math.Pow(Vocabulary, random.NextDouble()) - 1);
            var source = random.Next(text.Count);
            text.AddRange(text.GetRange(source, Math.Min(random.Next(20), text.Count - source)));
        }
        return [.. text.Take(length)];
    }
}
