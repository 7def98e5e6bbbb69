using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Questions;

/// <summary>How people spell the name of a member: with its namespace or without, as code, or in words.</summary>
internal sealed class Mentions(MemberCatalog catalog)
{
    private readonly HashSet<string> _unique =
        [.. catalog.Members.Concat(catalog.Strangers).GroupBy(member => member.Name).Where(group => group.Count() == 1).Select(group => group.Key)];

    /// <summary>One spelling at random; every spelling names one member only.</summary>
    public string Of(Member member, Random random)
    {
        if (member.Keyword is { } keyword && random.NextDouble() < 0.25)
        {
            return member.Kind == MemberKind.Type ? keyword : $"{keyword}.{member.Name}";
        }
        return random.Pick<string>(member.Kind == MemberKind.Type
            ? [
                (member.Type, 40), (member.BareType, 10), ($"{member.Namespace}.{member.Type}", 25), ($"the {member.Type} type", 8),
                ($"the type {member.Type}", 6), ($"the {member.BareType} type", 4), ($"`{member.Type}`", 5), ($"{member.Type} in {member.Namespace}", 3),
              ]
            : [
                (member.DisplayName, 36), ($"{member.Namespace}.{member.DisplayName}", 30), ($"{member.BareType}.{member.Name}", 6),
                ($"{member.DisplayName}{Call(member)}", 8), ($"`{member.DisplayName}`", 5), ($"the {member.Name} {Word(member)} of {member.Type}", 5),
                ($"{member.Name} of {member.Type}", 2), ($"{member.Name} in {member.BareType}", 3), ($"the {Word(member)} {member.DisplayName}", 4),
                (_unique.Contains(member.Name) ? member.Name : member.DisplayName, 6),
              ]);
    }

    private static string Word(Member member) => member.Kind.ToString().ToLowerInvariant();

    private static string Call(Member member) => member.Kind == MemberKind.Method ? "()" : "";
}
