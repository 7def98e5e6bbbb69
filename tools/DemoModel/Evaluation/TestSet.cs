using NGrammys.DemoModel.Corpus;
using NGrammys.DemoModel.Questions;

namespace NGrammys.DemoModel.Evaluation;

/// <summary>
/// A question about a member, the sentence of the documentation that answers it, and the whole reply that the training teaches.
/// </summary>
internal sealed record MemberQuestion(string Question, string Documented, string Reply);

/// <summary>The fixed questions that the model is measured with; the same documentation gives the same questions.</summary>
/// <param name="KnownForms">200 questions in forms of the training.</param>
/// <param name="NewForms">200 questions in forms that the training never uses.</param>
/// <param name="Outside">50 questions to be declined, of topics and about members that the training never mentions.</param>
/// <param name="Facets">100 questions about signatures, parameters and the like, with the replies that the training teaches.</param>
internal sealed record TestSet(
    IReadOnlyList<MemberQuestion> KnownForms, IReadOnlyList<MemberQuestion> NewForms, IReadOnlyList<string> Outside, IReadOnlyList<Exchange> Facets)
{
    private const int MemberQuestions = 200;
    private const int OutsideCount = 50;
    private const int FacetCount = 100;

    /// <summary>The questions for a catalog.</summary>
    public static TestSet Of(MemberCatalog catalog)
    {
        var random = new Random(-1);
        var outside = OutsideQuestions.Test(catalog);
        return new(
            About(catalog, QuestionForms.Training, random),
            About(catalog, QuestionForms.Test, random),
            [.. Enumerable.Range(0, 4 * OutsideCount).Select(_ => outside.Compose(random)).Distinct().Take(OutsideCount)],
            [.. Enumerable.Range(0, FacetCount).Select(_ => AboutFacet(catalog, random))]);
    }

    private static Exchange AboutFacet(MemberCatalog catalog, Random random)
    {
        var (facet, member) = (random.Pick(Facet.All), random.Pick(catalog.Members));
        return new(random.Pick(facet.Questions).Replace("{0}", member.DisplayName, StringComparison.Ordinal), facet.Reply(member));
    }

    private static List<MemberQuestion> About(MemberCatalog catalog, QuestionForms forms, Random random)
    {
        var mentions = new Mentions(catalog);
        var members = catalog.Members.ToArray();
        random.Shuffle(members);
        return [.. members.Take(MemberQuestions).Select(member =>
            new MemberQuestion(forms.Compose(mentions.Of(member, random), random), member.Summary, Replies.Summary(member)))];
    }
}
