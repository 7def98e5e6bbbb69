namespace NGrammys.DemoModel.Corpus;

/// <summary>What kind of thing a member is.</summary>
internal enum MemberKind
{
    /// <summary>A class, structure, interface or enumeration.</summary>
    Type,

    /// <summary>A method.</summary>
    Method,

    /// <summary>A property.</summary>
    Property,

    /// <summary>A field or enumeration value.</summary>
    Field,
}

/// <summary>One thing the model knows: a type or a member with what its documentation says in one sentence each.</summary>
internal sealed record Member
{
    /// <summary>What it is.</summary>
    public required MemberKind Kind { get; init; }

    /// <summary>Namespace of its type: "System.IO".</summary>
    public required string Namespace { get; init; }

    /// <summary>The type as C# writes it: "File", "List&lt;T&gt;".</summary>
    public required string Type { get; init; }

    /// <summary>The keyword that C# has for the type, or null: "string".</summary>
    public string? Keyword { get; init; }

    /// <summary>Its own name: "ReadAllText"; of a type, the type's.</summary>
    public required string Name { get; init; }

    /// <summary>First sentence of the summary: "Opens a text file, reads all the text in the file, and then closes the file."</summary>
    public required string Summary { get; init; }

    /// <summary>Its declaration in C#.</summary>
    public required string Signature { get; init; }

    /// <summary>Parameters as C# declares them, with their descriptions.</summary>
    public required IReadOnlyList<(string Declaration, string? Description)> Parameters { get; init; }

    /// <summary>What it returns, or null.</summary>
    public required string? Returns { get; init; }

    /// <summary>Names of the exceptions that it is documented to throw.</summary>
    public required IReadOnlyList<string> Exceptions { get; init; }

    /// <summary>A statement that calls it.</summary>
    public required string Example { get; init; }

    /// <summary>How replies call it: "File.ReadAllText", "List&lt;T&gt;".</summary>
    public string DisplayName => Kind == MemberKind.Type ? Type : $"{Type}.{Name}";

    /// <summary>The type without its parameters: "List".</summary>
    public string BareType => Type.Split('<')[0];
}
