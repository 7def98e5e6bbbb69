using NGrammys.DemoModel.Questions;

namespace NGrammys.DemoModel.Tests.Questions;

public sealed class QuestionFormsTests
{
    [Fact]
    public void Training_and_test_share_no_core() => Assert.Empty(QuestionForms.Training.Cores.Intersect(QuestionForms.Test.Cores));

    [Fact]
    public void Training_and_test_share_no_words_around_a_core()
    {
        Assert.Empty(WithWords(QuestionForms.Training.Openings).Intersect(WithWords(QuestionForms.Test.Openings)));
        Assert.Empty(WithWords(QuestionForms.Training.Endings).Intersect(WithWords(QuestionForms.Test.Endings)));

        static IEnumerable<string> WithWords(IEnumerable<string> parts) => parts.Where(part => part.Any(char.IsLetter));
    }

    [Fact]
    public void Training_forms_are_thousands()
    {
        var forms = QuestionForms.Training;
        Assert.True(forms.Openings.Distinct().Count() * forms.Cores.Distinct().Count() * forms.Endings.Distinct().Count() > 100_000);
    }

    [Fact]
    public void Every_core_mentions_the_member_once() =>
        Assert.All(QuestionForms.Training.Cores.Concat(QuestionForms.Test.Cores), core => Assert.Equal(2, core.Split("{0}").Length));

    [Fact]
    public void Compose_keeps_the_mention_as_it_is()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            Assert.Contains("string.Join", QuestionForms.Training.Compose("string.Join", random), StringComparison.Ordinal);
        }
    }
}
