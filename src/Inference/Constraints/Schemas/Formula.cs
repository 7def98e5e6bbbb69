namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>What a schema says about values of one type, in negation normal form: only schemas are negated.</summary>
internal abstract record Formula
{
    /// <summary>Says nothing.</summary>
    public static Formula True { get; } = new All([]);

    /// <summary>No value.</summary>
    public static Formula False { get; } = new Any([]);

    /// <summary>All or nothing.</summary>
    public static Formula Of(bool holds) => holds ? True : False;

    /// <summary>An atom that can also be denied.</summary>
    public static Formula Atom(bool holds, Action<Demands> demand, Action<Demands> denial) => new Atom(holds ? demand : denial);

    /// <summary>The conjunction, or what is left of it when it is denied; the parts are denied already.</summary>
    public static Formula Conjunction(bool holds, IEnumerable<Formula> parts) => holds ? new All([.. parts]) : new Any([.. parts]);
}

/// <summary>A schema that is valid, or is not.</summary>
internal sealed record Literal(SchemaNode Node, bool Holds) : Formula;

/// <summary>All of them.</summary>
internal sealed record All(Formula[] Parts) : Formula;

/// <summary>One of them at least.</summary>
internal sealed record Any(Formula[] Parts) : Formula;

/// <summary>A demand on the value itself.</summary>
internal sealed record Atom(Action<Demands> Demand) : Formula;
