using System.Globalization;
using System.Text;

namespace NGrammys.Inference.Constraints;

/// <summary>Reads regular expressions in ECMAScript's syntax, as far as they are regular.</summary>
internal sealed class PatternParser
{
    private const int MaxRepeat = 5000;
    private const int MaxDepth = 100;

    private static readonly CodeSet Digit = CodeSet.Of(('0', '9'));
    private static readonly CodeSet Word = CodeSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));
    private static readonly CodeSet Space = CodeSet.Of(('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));
    private static readonly CodeSet NoLineBreak = CodeSet.Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Complement();

    private readonly int[] _codes;
    private int _at;
    private int _depth;

    private PatternParser(string text) => _codes = [.. text.EnumerateRunes().Select(rune => rune.Value)];

    private int Next => _at < _codes.Length ? _codes[_at] : -1;

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="ConstraintException">It is damaged, or not regular.</exception>
    public static Pattern Parse(string text)
    {
        var parser = new PatternParser(text);
        var pattern = parser.Alternatives();
        return parser.Next < 0 ? pattern : throw Refuse("there is a ')' without '('");
    }

    private Pattern Alternatives()
    {
        if (++_depth > MaxDepth) throw Refuse($"its groups lie deeper than {MaxDepth}");
        var items = new List<Pattern> { Sequence() };
        while (Take('|')) items.Add(Sequence());
        _depth--;
        return items.Count == 1 ? items[0] : new Choice([.. items]);
    }

    private Pattern Sequence()
    {
        var items = new List<Pattern>();
        while (Next is >= 0 and not '|' and not ')') items.Add(Quantified(Atom()));
        return items.Count == 1 ? items[0] : new Sequence([.. items]);
    }

    private Pattern Quantified(Pattern item)
    {
        (int Least, int? Most)? times = Next switch
        {
            '*' => (0, null),
            '+' => (1, null),
            '?' => (0, 1),
            _ => null,
        };
        if (times is not null) _at++;
        else if (Next == '{') times = Braces();
        if (times is not { } found) return item;
        // Lazy or greedy, the same texts match.
        Take('?');
        if (item is Anchor) throw Refuse("an anchor is repeated");
        if (found.Least > MaxRepeat || found.Most > MaxRepeat) throw Refuse($"it repeats more than {MaxRepeat} times");
        if (found.Most < found.Least) throw Refuse("a repetition has its numbers in the wrong order");
        return new Repeat(item, found.Least, found.Most);
    }

    private (int, int?)? Braces()
    {
        var began = _at++;
        var least = Number();
        int? most = least;
        if (least is not null && Take(',')) most = Number();
        if (least is not null && Take('}')) return (least.Value, most);
        // As everywhere, a brace that is no repetition stands for itself.
        _at = began;
        return null;
    }

    private int? Number()
    {
        if (Next is not (>= '0' and <= '9')) return null;
        var number = 0;
        while (Next is >= '0' and <= '9') number = Math.Min(number * 10 + _codes[_at++] - '0', 1_000_000);
        return number;
    }

    private Pattern Atom()
    {
        var code = _codes[_at++];
        switch (code)
        {
            case '^': return new Anchor(true);
            case '$': return new Anchor(false);
            case '.': return new Chars(NoLineBreak);
            case '(': return Group();
            case '[': return new Chars(Class());
            case '\\': return new Chars(Escape(inClass: false));
            case '*' or '+' or '?': throw Refuse($"there is nothing before a '{(char)code}' to repeat");
            default: return new Chars(CodeSet.Of(code));
        }
    }

    private Pattern Group()
    {
        if (Take('?'))
        {
            if (Take('<') && Next is not ('=' or '!'))
            {
                while (Next >= 0 && !Take('>')) _at++;
            }
            else if (!Take(':'))
            {
                throw Refuse("look-around and inline flags are not understood");
            }
        }

        var inner = Alternatives();
        return Take(')') ? inner : throw Refuse("a '(' is not closed");
    }

    private CodeSet Class()
    {
        var negated = Take('^');
        var ranges = new List<(int Low, int High)>();
        while (Next != ']')
        {
            var low = ClassItem();
            if (Next == '-' && _at + 1 < _codes.Length && _codes[_at + 1] != ']' && Single(low) is { } first)
            {
                var dash = _at++;
                var high = ClassItem();
                if (Single(high) is { } last)
                {
                    if (last < first) throw Refuse("a range in a class has its ends in the wrong order");
                    ranges.Add((first, last));
                    continue;
                }

                ranges.Add(('-', '-'));
                low = low.Union(high);
            }

            ranges.AddRange(low.Ranges);
        }

        _at++;
        var set = CodeSet.Of(ranges);
        return negated ? set.Complement() : set;
    }

    private CodeSet ClassItem()
    {
        if (Next < 0) throw Refuse("a '[' is not closed");
        var code = _codes[_at++];
        return code == '\\' ? Escape(inClass: true) : CodeSet.Of(code);
    }

    private static int? Single(CodeSet set) => set.Ranges is [var (low, high)] && low == high ? low : null;

    private CodeSet Escape(bool inClass)
    {
        if (Next < 0) throw Refuse("it ends with a '\\'");
        var code = _codes[_at++];
        return code switch
        {
            'd' => Digit,
            'D' => Digit.Complement(),
            'w' => Word,
            'W' => Word.Complement(),
            's' => Space,
            'S' => Space.Complement(),
            't' => CodeSet.Of('\t'),
            'n' => CodeSet.Of('\n'),
            'r' => CodeSet.Of('\r'),
            'f' => CodeSet.Of('\f'),
            'v' => CodeSet.Of('\v'),
            'b' when inClass => CodeSet.Of('\b'),
            '0' when Next is not (>= '0' and <= '9') => CodeSet.Of(0),
            'x' => CodeSet.Of(Hex(2)),
            'u' => CodeSet.Of(Hex(4)),
            >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' => throw Refuse($"'\\{new Rune(code)}' is not understood"),
            _ => CodeSet.Of(code),
        };
    }

    private int Hex(int digits)
    {
        var text = new StringBuilder();
        while (text.Length < digits && Next is >= 0 and < 128) text.Append((char)_codes[_at++]);
        return int.TryParse(text.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && text.Length == digits && code is < 0xD800 or > 0xDFFF
            ? code
            : throw Refuse("a character's number is damaged or half a surrogate pair");
    }

    private bool Take(char character)
    {
        if (Next != character) return false;
        _at++;
        return true;
    }

    private static ConstraintException Refuse(string reason) => new("pattern", reason + ".");
}
