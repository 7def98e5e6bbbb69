using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Questions;

/// <summary>One question and its reply.</summary>
internal readonly record struct Exchange(string Question, string Reply);

/// <summary>Composes conversations to train on, each anew: the same fact is asked for in ever other words.</summary>
internal sealed class Dialogues(MemberCatalog catalog)
{
    private const double BareNames = 0.15;

    private readonly Mentions _mentions = new(catalog);
    private readonly OutsideQuestions _outside = OutsideQuestions.Training(catalog);
    private readonly Phrasing _phrasing = new(QuestionForms.Training, catalog.Phrases);
    private readonly Queue<Member> _next = [];

    private enum Kind { Summary, Facet, FollowUp, Outside, SmallTalk }

    /// <summary>A conversation with the given number of exchanges on average.</summary>
    public IReadOnlyList<Exchange> Compose(double meanExchanges, Random random)
    {
        var exchanges = new List<Exchange>();
        Member? spokenOf = null;
        do
        {
            exchanges.Add(Next(ref spokenOf, random));
        }
        while (random.NextDouble() * meanExchanges > 1);
        return exchanges;
    }

    private Exchange Next(ref Member? spokenOf, Random random)
    {
        ReadOnlySpan<(Kind, double)> kinds =
            [(Kind.Summary, 50), (Kind.Facet, 22), (Kind.FollowUp, spokenOf is null ? 0 : 14), (Kind.Outside, 16), (Kind.SmallTalk, 4)];
        switch (random.Pick(kinds))
        {
            case Kind.Summary:
                spokenOf = NextMember(random);
                var mention = _mentions.Of(spokenOf, random);
                // A bare name is the cheapest way to read a fact once more; the ways to ask need fewer readings than the facts.
                return new(random.NextDouble() < BareNames ? mention : _phrasing.Compose(mention, random), Replies.Summary(spokenOf));
            case Kind.Facet:
                spokenOf = NextMember(random);
                var facet = PickFacet(random);
                var question = random.Pick(facet.Questions).Replace("{0}", _mentions.Of(spokenOf, random), StringComparison.Ordinal);
                return new(Varied(question, random), facet.Reply(spokenOf));
            case Kind.FollowUp:
                var further = PickFacet(random);
                return new(Varied(random.Pick(further.FollowUps), random), further.Reply(spokenOf!));
            case Kind.Outside:
                return new(_outside.Compose(random), random.Pick(OutsideQuestions.Refusals));
            default:
                var (said, reply) = SmallTalk.Compose(random);
                return new(said, reply);
        }
    }

    // Every member comes before any comes again: readings are spread evenly.
    private Member NextMember(Random random)
    {
        if (_next.Count == 0)
        {
            var members = catalog.Members.ToArray();
            random.Shuffle(members);
            foreach (var member in members)
            {
                _next.Enqueue(member);
            }
        }
        return _next.Dequeue();
    }

    private static Facet PickFacet(Random random) => random.Pick<Facet>([.. Facet.All.Select(facet => (facet, facet.Weight))]);

    private static string Varied(string question, Random random)
    {
        var text = random.NextDouble() < 0.15 ? question.TrimEnd('?', '.') : question;
        return random.NextDouble() < 0.7 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
    }
}
