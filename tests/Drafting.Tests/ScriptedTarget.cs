namespace NGrammys.Drafting.Tests;

/// <summary>A language model whose greedy token is a fixed, random function of the last two tokens, disturbed at one position in ten.</summary>
internal sealed class ScriptedTarget(int seed, int vocabulary)
{
    public int[] Prompt() => [.. Enumerable.Range(0, 8).Select(position => Draw(position, -3, vocabulary))];

    public int Next(IReadOnlyList<int> text) =>
        Draw(text.Count, -1, 10) == 0 ? Draw(text.Count, -2, vocabulary) : Draw(text[^1], text[^2], vocabulary);

    public int[] Continue(IReadOnlyList<int> text, int count)
    {
        List<int> all = [.. text];
        for (var token = 0; token < count; token++) all.Add(Next(all));
        return [.. all.Skip(text.Count)];
    }

    // SplitMix64's mixing: seeding a Random for every draw would be most of the test's time.
    private int Draw(int first, int second, int range)
    {
        var mixed = ((ulong)seed << 40) ^ ((ulong)first << 20) ^ (uint)second;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed >> 33) % (ulong)range);
    }
}
