using NGrammys.DemoModel.Corpus;
using NGrammys.DemoModel.Questions;

namespace NGrammys.DemoModel.Evaluation;

/// <summary>Asks a model the fixed questions and prints what it got right, and every reply that was not.</summary>
internal static class Assessment
{
    private const double RightAbove = 0.8;

    /// <summary>Runs all of it.</summary>
    public static void Run(string folder, MemberCatalog catalog, TextWriter output)
    {
        using var replies = new GreedyReplies(folder);
        var questions = TestSet.Of(catalog);
        Score("Known forms", questions.KnownForms, question => question.Question, IsRight);
        Score("New forms", questions.NewForms, question => question.Question, IsRight);
        Score("Outside questions declined", questions.Outside, question => question, (_, reply) => OutsideQuestions.IsRefusal(reply));
        Score("Signatures, parameters and the like, word for word", questions.Facets, facet => facet.Question, (facet, reply) => reply == facet.Reply);
        Score("Small talk", [.. SmallTalk.All], exchange => exchange.Said, (exchange, reply) => exchange.Replies.Contains(reply));
        var perplexity = replies.Perplexity(questions.NewForms.Select(question => new Exchange(question.Question, question.Reply)));
        output.WriteLine($"Perplexity of the documented replies to questions in new forms: {perplexity:F3}");

        static bool IsRight(MemberQuestion question, string reply) => TokenF1.Of(reply, question.Documented) > RightAbove;

        void Score<T>(string title, IReadOnlyList<T> items, Func<T, string> question, Func<T, string, bool> isRight)
        {
            var said = replies.To([.. items.Select(question)]);
            var wrong = Enumerable.Range(0, items.Count).Where(i => said[i] is null || !isRight(items[i], said[i]!)).ToList();
            foreach (var i in wrong)
            {
                output.WriteLine($"  {question(items[i])}\n    {said[i] ?? "(did not end)"}");
            }
            output.WriteLine($"{title}: {items.Count - wrong.Count} of {items.Count}");
        }
    }
}
