namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>Writes shapes into a grammar: a rule for every goal that can be fulfilled.</summary>
/// <param name="grammar">Receives them.</param>
/// <param name="shapes">Shapes by goal.</param>
/// <param name="heights">Which goals can be fulfilled, and within how many frames.</param>
/// <remarks>Whether a comma may come is decided by what may come behind it, so that no text leads into a dead end.</remarks>
internal sealed class ShapeWriter(Grammar grammar, IReadOnlyDictionary<int, IReadOnlyList<Shape>> shapes, GoalHeights heights)
{
    // Blanks of a line that is set in.
    private const int MaxIndent = 32;

    private readonly Dictionary<int, int> _rules = [];
    private readonly Dictionary<int, int> _gaps = [];
    private readonly Queue<int> _open = [];

    /// <summary>Writes the goal of the whole text, and whatever it calls.</summary>
    public void WriteRoot(int goal, int start)
    {
        var end = grammar.Node();
        Value(goal, start, end);
        grammar.Add(end, EdgeKind.Return, end);
        while (_open.TryDequeue(out var open))
        {
            var done = grammar.Node();
            grammar.Add(done, EdgeKind.Return, done);
            foreach (var shape in shapes[open])
            {
                var height = heights.Of(shape);
                if (height != GoalHeights.None) Write(shape, grammar.After(_rules[open], EdgeKind.Fits, height), done);
            }
        }
    }

    private void Value(int goal, int from, int to)
    {
        if (!_rules.TryGetValue(goal, out var rule))
        {
            _rules[goal] = rule = grammar.Node();
            _open.Enqueue(goal);
        }

        grammar.Add(from, EdgeKind.Call, to, rule, heights.Of(goal));
    }

    private void Write(Shape shape, int from, int to)
    {
        switch (shape)
        {
            case BareShape bare:
                bare.Text.Emit(grammar, new CharacterEmitter(grammar, json: false), from, label => bare.Ends(label) ? to : null);
                break;
            case StringShape text:
                WriteString(text, from, to);
                break;
            case ArrayShape array:
                WriteArray(array, from, to);
                break;
            case ObjectShape named:
                WriteObject(named, from, to);
                break;
        }
    }

    private void WriteString(StringShape text, int from, int to)
    {
        var emitter = new CharacterEmitter(grammar, json: true, text.Limits);
        var (inside, close) = (grammar.Text(from, "\""), grammar.Node());
        grammar.Bytes(close, '"', '"', to);
        if (text.Text is not null)
        {
            text.Text.Emit(grammar, emitter, inside, label => text.Ends(label) ? close : null);
            return;
        }

        emitter.MarkFree(emitter.Emit(CodeSet.All, inside, inside), CodeSet.All);
        emitter.End(inside, close);
    }

    private void WriteArray(ArrayShape array, int from, int to)
    {
        var (open, close) = (grammar.Text(from, "["), grammar.Node());
        grammar.Bytes(close, ']', ']', to);
        var length = array.Prefix.Length;
        // The first item that can be nothing ends the array.
        var most = array.Most;
        for (var i = 0; i <= length; i++)
        {
            if (heights.OfItem(array, i) == GoalHeights.None) most = Math.Min(most ?? int.MaxValue, i);
        }

        var before = Enumerable.Range(0, length + 1).Select(_ => grammar.Node()).ToArray();
        var counts = most > length || array.Least > length;
        Continue(open, 0, "", array, most, before, close);
        for (var i = 0; i < length && (most is null || i < most); i++)
        {
            var after = grammar.Node();
            Value(array.Prefix[i], before[i], after);
            Continue(after, i + 1, ",", array, most, before, close);
        }

        if (most <= length) return;
        // Items behind the prefix are counted in the frame, where anybody asks.
        var (least, rest) = (Math.Max(0, array.Least - length), most - length);
        var counted = counts ? grammar.After(before[length], EdgeKind.Count, rest ?? int.MaxValue, rest ?? least) : before[length];
        var behind = grammar.Node();
        Value(array.Rest, counted, behind);
        Gap(least > 0 ? grammar.After(behind, EdgeKind.AtLeast, least) : behind, close);
        var more = grammar.After(rest is { } limit ? grammar.After(behind, EdgeKind.Fewer, limit) : behind, EdgeKind.Fits, 1 + heights.Of(array.Rest));
        Gap(grammar.Text(more, ","), before[length]);
    }

    // Behind some items: the end if there are enough, the next one if there may be one.
    private void Continue(int from, int count, string separator, ArrayShape array, int? most, int[] before, int close)
    {
        if (count >= array.Least) Gap(from, close);
        if (count >= most) return;
        var more = grammar.After(from, EdgeKind.Fits, 1 + heights.OfItem(array, count));
        Gap(grammar.Text(more, separator), before[Math.Min(count, array.Prefix.Length)]);
    }

    private void WriteObject(ObjectShape shape, int from, int to)
    {
        var listed = shape.Listed.Where(property => heights.Of(property.Goal) != GoalHeights.None).ToArray();
        var others = heights.OfOthers(shape);
        var required = PropertySet.Of(Enumerable.Range(0, listed.Length).Where(i => listed[i].Required));
        var number = grammar.Objects.Count;
        grammar.Objects.Add(new PropertyCounting(required, [.. listed.Select(property => heights.Of(property.Goal))], others, shape.Least, shape.Most));
        var (open, close, names, after) = (grammar.Text(from, "{"), grammar.Node(), grammar.Node(), grammar.Node());
        grammar.Bytes(close, '}', '}', to);
        foreach (var (node, separator) in ((int, string)[])[(open, ""), (after, ",")])
        {
            Gap(grammar.After(node, EdgeKind.Close, number), close);
            Gap(grammar.Text(grammar.After(node, EdgeKind.More, number), separator), names);
        }

        var emitter = new CharacterEmitter(grammar, json: true);
        var values = new Dictionary<int, int>();
        for (var i = 0; i < listed.Length; i++)
        {
            var node = grammar.Text(grammar.After(names, EdgeKind.MayBegin, number, i), "\"");
            foreach (var rune in listed[i].Name.EnumerateRunes())
            {
                var next = grammar.Node();
                emitter.Emit(CodeSet.Of(rune.Value), node, next);
                node = next;
            }

            grammar.Add(node, EdgeKind.Begun, Named(listed[i].Goal), number, i);
        }

        if (others is not { } height) return;
        var name = grammar.Text(grammar.After(names, EdgeKind.MayBegin, number, -height), "\"");
        shape.Names!.Emit(grammar, emitter, name, label => shape.Others.TryGetValue(label, out var goal) && heights.Of(goal) != GoalHeights.None ? Other(goal) : null);

        int Other(int goal)
        {
            var node = grammar.Node();
            grammar.Add(node, EdgeKind.Begun, Named(goal), number, -1);
            return node;
        }

        // From a name's closing quote on, properties with the same goal are the same.
        int Named(int goal)
        {
            if (values.TryGetValue(goal, out var known)) return known;
            var (quote, value) = (grammar.Node(), grammar.Node());
            var colon = grammar.Text(quote, "\":");
            grammar.Skip(colon, value);
            grammar.Bytes(colon, ' ', ' ', value);
            Value(goal, value, after);
            return values[goal] = quote;
        }
    }

    // Nothing, a blank, or a new line that is set in: whatever people and programs write, but not without end.
    private void Gap(int from, int to)
    {
        if (!_gaps.TryGetValue(to, out var gap))
        {
            _gaps[to] = gap = grammar.Node();
            grammar.Skip(gap, to);
            grammar.Bytes(gap, ' ', ' ', to);
            var line = grammar.After(gap, EdgeKind.Byte, '\n', '\n');
            for (var i = 0; i < MaxIndent; i++)
            {
                grammar.Skip(line, to);
                var next = grammar.Node();
                grammar.Bytes(line, ' ', ' ', next);
                grammar.Bytes(line, '\t', '\t', next);
                line = next;
            }

            grammar.Skip(line, to);
        }

        grammar.Skip(from, gap);
    }
}
