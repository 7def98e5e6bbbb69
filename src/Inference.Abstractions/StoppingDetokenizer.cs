using System.Text;

namespace NGrammys.Inference.Abstractions;

/// <summary>A detokenizer that ends at the first of some stop strings, which is no part of the text. Text that may turn out to begin one is held back.</summary>
/// <param name="inner">Turns tokens into text.</param>
/// <param name="stops">The stop strings; none is empty.</param>
public sealed class StoppingDetokenizer(IDetokenizer inner, IReadOnlyList<string> stops) : IDetokenizer
{
    private readonly StringBuilder _held = new();

    /// <summary>Whether a stop string has come. From then on there is no text.</summary>
    public bool Stopped { get; private set; }

    /// <inheritdoc />
    public string Append(int token) => Stopped ? "" : Take(inner.Append(token), end: false);

    /// <inheritdoc />
    public string Flush() => Stopped ? "" : Take(inner.Flush(), end: true);

    private string Take(string text, bool end)
    {
        _held.Append(text);
        var held = _held.ToString();
        var first = -1;
        foreach (var stop in stops)
        {
            var at = held.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }

        Stopped = first >= 0;
        var settled = Stopped ? first : end ? held.Length : held.Length - LongestBeginning(held);
        _held.Clear();
        if (!Stopped) _held.Append(held, settled, held.Length - settled);
        return held[..settled];
    }

    // How much of the text's end may be the beginning of a stop string.
    private int LongestBeginning(string text)
    {
        var longest = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.EndsWith(stop[..length], StringComparison.Ordinal)) longest = length;
            }
        }

        return longest;
    }
}
