using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Questions;

/// <summary>
/// What the model is to say about a member. Every reply begins with the member's name: the name is copied, then the fact follows from the
/// name.
/// </summary>
internal static class Replies
{
    /// <summary>What it does, in the words of the documentation.</summary>
    public static string Summary(Member member) => $"{member.DisplayName} {Prose.Uncapitalized(member.Summary)}";

    /// <summary>How it is declared.</summary>
    public static string Signature(Member member) => $"{member.DisplayName} is declared as `{member.Signature}`.";

    /// <summary>Its parameters.</summary>
    public static string Parameters(Member member) => member switch
    {
        { Kind: MemberKind.Type } => $"{member.DisplayName} is a type and takes no parameters.",
        { Parameters: [] } => $"{member.DisplayName} takes no parameters.",
        { Parameters: [var (declaration, description)] } when description is { Length: < 90 } =>
            $"{member.DisplayName} takes one parameter, `{declaration}`: {Prose.Uncapitalized(description)}",
        { Parameters.Count: var count } =>
            $"{member.DisplayName} takes {Number(count)}: {Prose.Enumerated([.. member.Parameters.Take(5).Select(p => $"`{p.Declaration}`")])}.",
    };

    /// <summary>What it returns.</summary>
    public static string Returns(Member member) => member switch
    {
        { Kind: MemberKind.Type } => $"{member.DisplayName} is a type and returns nothing.",
        { Returns: { Length: < 130 } returns } => $"{member.DisplayName} returns this: {Prose.Uncapitalized(returns)}",
        { Signature: var signature } when signature.Replace("static ", "", StringComparison.Ordinal).StartsWith("void ", StringComparison.Ordinal) =>
            $"{member.DisplayName} returns nothing.",
        _ => $"{member.DisplayName} is declared as `{member.Signature}`.",
    };

    /// <summary>What it throws.</summary>
    public static string Exceptions(Member member) => member.Exceptions switch
    {
        [] => $"{member.DisplayName} throws no exceptions that its documentation names.",
        { Count: <= 3 } all => $"{member.DisplayName} can throw {Prose.Enumerated(all)}.",
        var many => $"{member.DisplayName} can throw {string.Join(", ", many.Take(3))} and others.",
    };

    /// <summary>How it is used.</summary>
    public static string Example(Member member) => $"{member.DisplayName} is used like this: `{member.Example}`";

    /// <summary>Where it lives.</summary>
    public static string Namespace(Member member) => $"{member.DisplayName} is in the namespace {member.Namespace}.";

    private static string Number(int count) => count switch
    {
        2 => "two parameters",
        3 => "three parameters",
        4 => "four parameters",
        _ => $"{count} parameters",
    };
}
