using System.Collections;

namespace NGrammys.Inference.Constraints;

/// <summary>How many characters may still come at each state of a pattern until an end: what a limit must leave room for, and what it may still ask for.</summary>
internal sealed class TextLengths
{
    private const int MaxWork = 5_000_000;

    private readonly int[] _shortest;
    private readonly int?[] _longest;

    /// <summary>Measures.</summary>
    /// <param name="automaton">The pattern.</param>
    /// <param name="ends">Whether texts may end at a state.</param>
    /// <param name="limits">What the lengths are measured for; without limits only whether an end is reached at all.</param>
    public TextLengths(PatternAutomaton automaton, Func<int, bool> ends, LengthLimits limits)
    {
        var count = automaton.Count;
        _shortest = new int[count];
        _longest = new int?[count];
        Array.Fill(_shortest, int.MaxValue);
        var sources = new List<int>[count];
        for (var i = 0; i < count; i++) sources[i] = [];
        for (var i = 0; i < count; i++)
        {
            foreach (var target in automaton.EdgesOf(i).Select(edge => edge.Target).Distinct()) sources[target].Add(i);
        }

        var open = new Queue<int>();
        for (var i = 0; i < count; i++)
        {
            if (!ends(i)) continue;
            _shortest[i] = 0;
            open.Enqueue(i);
        }

        while (open.TryDequeue(out var state))
        {
            foreach (var source in sources[state])
            {
                if (_shortest[source] != int.MaxValue) continue;
                _shortest[source] = _shortest[state] + 1;
                open.Enqueue(source);
            }
        }

        if (!limits.None && limits.Cap <= MaxBound(automaton)) MeasureLongest(sources, ends, limits.Cap);
    }

    /// <summary>Whether some lengths are missing between the shortest and the longest, so that these do not tell which there are.</summary>
    public bool HasGaps { get; private set; }

    /// <summary>The largest limit that lengths are measured for.</summary>
    public static int MaxBound(PatternAutomaton automaton) => MaxWork / automaton.Count;

    /// <summary>Whether texts end behind a state.</summary>
    public bool Reaches(int state) => _shortest[state] != int.MaxValue;

    /// <summary>Characters that must come at least.</summary>
    public int Shortest(int state) => _shortest[state];

    /// <summary>Characters that may come at most; null = as many as anybody asks for.</summary>
    public int? Longest(int state) => _longest[state];

    // Which lengths there are, up to the bound, by going back from the ends one character at a time.
    private void MeasureLongest(List<int>[] sources, Func<int, bool> ends, int bound)
    {
        var now = new BitArray(sources.Length);
        for (var i = 0; i < sources.Length; i++) now[i] = ends(i);
        var last = new int[sources.Length];
        Array.Fill(last, -1);
        for (var length = 0; length <= bound; length++)
        {
            var before = new BitArray(sources.Length);
            for (var i = 0; i < sources.Length; i++)
            {
                if (!now[i]) continue;
                HasGaps |= last[i] >= 0 && last[i] != length - 1;
                last[i] = length;
                foreach (var source in sources[i]) before[source] = true;
            }

            now = before;
        }

        for (var i = 0; i < sources.Length; i++) _longest[i] = last[i] == bound ? null : last[i];
    }
}
