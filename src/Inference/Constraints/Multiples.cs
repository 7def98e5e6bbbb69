namespace NGrammys.Inference.Constraints;

/// <summary>Decimal numbers, signed or not, that are an integer times a unit: remainders are states.</summary>
/// <param name="Unit">The unit times 10^<paramref name="Scale"/>.</param>
/// <param name="Scale">Digits of the unit behind the point.</param>
internal sealed record Multiples(int Unit, int Scale) : Pattern
{
    private const int MaxUnit = 2000;
    private const int MaxScale = 8;

    /// <summary>The pattern of a unit.</summary>
    /// <exception cref="ConstraintException">It has too many digits.</exception>
    public static Multiples Of(Schemas.ExactNumber unit) => unit.Digits <= MaxUnit && unit.Scale <= MaxScale
        ? new Multiples((int)unit.Digits, unit.Scale)
        : throw new ConstraintException("multipleOf", $"units of more than {MaxUnit}, leaving the point aside, or of more than {MaxScale} places are not understood; use a smaller one.");

    /// <summary>Writes it between two nodes.</summary>
    public void Write(PatternNfa nfa, int from, int to)
    {
        // [digits behind the point, -1 before it][remainder so far]
        var nodes = Enumerable.Range(-1, Scale + 2).Select(_ => Enumerable.Range(0, Unit).Select(_ => nfa.Node()).ToArray()).ToArray();
        var zeros = nfa.Node();
        nfa.Edges(from).Add(('-', '-', nodes[0][0]));
        nfa.Skips(from).Add(nodes[0][0]);
        nfa.Edges(zeros).Add(('0', '0', zeros));
        nfa.Skips(zeros).Add(to);
        for (var place = -1; place <= Scale; place++)
        {
            for (var rest = 0; rest < Unit; rest++)
            {
                var node = nodes[place + 1][rest];
                if (place < 0) nfa.Edges(node).Add(('.', '.', nodes[1][rest]));
                for (var digit = 0; digit < 10 && place < Scale; digit++)
                {
                    var next = nodes[place < 0 ? 0 : place + 2][(rest * 10 + digit) % Unit];
                    nfa.Edges(node).Add(('0' + digit, '0' + digit, next));
                }

                // Places that are not written are zeros.
                var missing = Scale - Math.Max(place, 0);
                if (rest * (long)Math.Pow(10, missing) % Unit != 0) continue;
                nfa.Skips(node).Add(to);
                if (place == Scale) nfa.Skips(node).Add(zeros);
            }
        }
    }
}
