using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Questions;

/// <summary>
/// The texts that the vocabulary is learnt from: every fact a few times, so that names and words of the documentation become few tokens,
/// and composed dialogues.
/// </summary>
internal static class TrainingText
{
    /// <summary>All texts.</summary>
    public static IEnumerable<string> Of(MemberCatalog catalog, Dialogues dialogues, Random random) =>
    [
        .. catalog.Members.SelectMany(member => (string[])
        [
            .. Enumerable.Repeat(Replies.Summary(member), 3),
            .. Enumerable.Repeat($"{member.Namespace}.{member.DisplayName}, the {member.Name} {member.DisplayName}", 3),
            .. Facet.All.Select(facet => facet.Reply(member)),
        ]),
        .. Enumerable.Range(0, 3000)
            .SelectMany(_ => dialogues.Compose(2, random))
            .SelectMany(exchange => (string[])[exchange.Question, exchange.Reply]),
    ];
}
