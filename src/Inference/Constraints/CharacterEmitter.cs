namespace NGrammys.Inference.Constraints;

/// <summary>Writes characters into a grammar: as UTF-8, or as the inside of a JSON string.</summary>
/// <param name="grammar">Receives nodes and edges.</param>
/// <param name="json">Escape as JSON does: what must be escaped is, characters beyond ASCII may be, others never are.</param>
/// <param name="limits">Counts characters unless empty.</param>
internal sealed class CharacterEmitter(Grammar grammar, bool json, LengthLimits limits = default)
{
    private const int SurrogateBase = 0x10000;

    private static readonly (char Letter, int Code)[] Escapes =
        [('"', '"'), ('\\', '\\'), ('/', '/'), ('b', '\b'), ('f', '\f'), ('n', '\n'), ('r', '\r'), ('t', '\t')];

    // What lies beyond ASCII is long to write, and the same for most states of a pattern.
    private readonly Dictionary<(int Target, string Ranges), int> _beyond = [];
    private readonly Dictionary<(int From, int Shortest, int? Longest), int> _counted = [];

    /// <summary>How many characters there may be.</summary>
    public LengthLimits Limits => limits;

    /// <summary>Connects two nodes by one character of a set.</summary>
    /// <param name="set">The characters.</param>
    /// <param name="from">First node.</param>
    /// <param name="to">Last node.</param>
    /// <param name="shortest">Characters that must come behind it at least, so that a limit leaves room for them.</param>
    /// <param name="longest">Characters that can come behind it at most, so that a limit does not ask for more; null = any number.</param>
    /// <returns>The node that the characters are read at.</returns>
    public int Emit(CodeSet set, int from, int to, int shortest = 0, int? longest = null)
    {
        from = Counted(from, shortest, longest);
        var beyond = new List<(int, int)>();
        foreach (var (low, high) in set.Ranges)
        {
            if (json)
            {
                foreach (var (first, last) in CodeSet.Plain.Ranges) EmitAscii(from, Math.Max(low, first), Math.Min(high, last), to);
                EmitEscaped(from, low, high, to);
            }
            else
            {
                EmitAscii(from, low, high, to);
            }

            if (high >= 0x7F) beyond.Add((Math.Max(low, 0x7F), high));
        }

        if (beyond.Count > 0) grammar.Skip(from, Beyond(beyond, to));
        return from;
    }

    /// <summary>Ends a text: connects its last node to what follows.</summary>
    public void End(int from, int to)
    {
        if (limits.Least > 0) grammar.Add(from, EdgeKind.AtLeast, to, limits.Least);
        else grammar.Skip(from, to);
    }

    /// <summary>Marks a node that characters of a set are read at and lead back to: where the set holds all plain ones, they may follow again and again.</summary>
    public void MarkFree(int node, CodeSet set)
    {
        if (json && set.Includes(CodeSet.Plain)) grammar.MarkFree(node, limits.Most + 1 ?? int.MaxValue);
    }

    // A character is counted before its first byte, so that none begins that the limit would cut in two.
    private int Counted(int from, int shortest, int? longest)
    {
        if (limits.None) return from;
        if (_counted.TryGetValue((from, shortest, longest), out var known)) return known;
        var node = grammar.After(from, EdgeKind.Count, limits.Most - shortest ?? int.MaxValue, limits.Cap);
        if (longest is { } most && limits.Least > most) node = grammar.After(node, EdgeKind.AtLeast, limits.Least - most);
        return _counted[(from, shortest, longest)] = node;
    }

    private int Beyond(List<(int Low, int High)> ranges, int to)
    {
        var key = (to, string.Join(',', ranges));
        if (_beyond.TryGetValue(key, out var known)) return known;
        var node = grammar.Node();
        foreach (var (low, high) in ranges)
        {
            EmitUtf8(node, low, high, to);
            if (json) EmitEscapes(node, low, high, to);
        }

        return _beyond[key] = node;
    }

    private void EmitAscii(int from, int low, int high, int to)
    {
        high = Math.Min(high, 0x7E);
        if (low <= high) grammar.Bytes(from, low, high, to);
    }

    private void EmitEscaped(int from, int low, int high, int to)
    {
        foreach (var (letter, code) in Escapes)
        {
            if (code >= low && code <= high) grammar.Bytes(grammar.Text(from, "\\"), letter, letter, to);
        }

        EmitEscape(from, low, Math.Min(high, 0x1F), to);
    }

    private void EmitEscapes(int from, int low, int high, int to)
    {
        EmitEscape(from, low, Math.Min(high, 0xD7FF), to);
        EmitEscape(from, Math.Max(low, 0xE000), Math.Min(high, 0xFFFF), to);
        if (high < SurrogateBase) return;
        foreach (var pair in DigitRanges.Split(Math.Max(low, SurrogateBase) - SurrogateBase, high - SurrogateBase, 2, 1024))
        {
            var middle = grammar.Node();
            EmitEscape(from, 0xD800 + pair[0].Low, 0xD800 + pair[0].High, middle);
            EmitEscape(middle, 0xDC00 + pair[1].Low, 0xDC00 + pair[1].High, to);
        }
    }

    private void EmitEscape(int from, int low, int high, int to)
    {
        if (low > high) return;
        var start = grammar.Text(from, "\\u");
        foreach (var digits in DigitRanges.Split(low, high, 4, 16)) EmitDigits(start, digits, to, Hexadecimal);
    }

    private void Hexadecimal(int from, int position, int low, int high, int to)
    {
        if (low < 10) grammar.Bytes(from, '0' + low, '0' + Math.Min(high, 9), to);
        if (high < 10) return;
        grammar.Bytes(from, 'a' + Math.Max(low, 10) - 10, 'a' + high - 10, to);
        grammar.Bytes(from, 'A' + Math.Max(low, 10) - 10, 'A' + high - 10, to);
    }

    private void EmitUtf8(int from, int low, int high, int to)
    {
        if (low <= 0x7F) grammar.Bytes(from, 0x7F, 0x7F, to);
        foreach (var (first, last, length, lead) in (ReadOnlySpan<(int, int, int, int)>)[(0x80, 0x7FF, 2, 0xC0), (0x800, 0xD7FF, 3, 0xE0), (0xE000, 0xFFFF, 3, 0xE0), (0x10000, CodeSet.Last, 4, 0xF0)])
        {
            var (a, b) = (Math.Max(low, first), Math.Min(high, last));
            if (a > b) continue;
            foreach (var digits in DigitRanges.Split(a, b, length, 64))
            {
                EmitDigits(from, digits, to, (at, position, l, h, next) => grammar.Bytes(at, (position == 0 ? lead : 0x80) + l, (position == 0 ? lead : 0x80) + h, next));
            }
        }
    }

    private void EmitDigits(int from, (int Low, int High)[] digits, int to, Action<int, int, int, int, int> digit)
    {
        for (var i = 0; i < digits.Length; i++)
        {
            var next = i == digits.Length - 1 ? to : grammar.Node();
            digit(from, i, digits[i].Low, digits[i].High, next);
            from = next;
        }
    }
}
