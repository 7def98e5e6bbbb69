using NGrammys.DemoModel.Evaluation;
using NGrammys.DemoModel.Questions;
using NGrammys.DemoModel.Tests.Corpus;

namespace NGrammys.DemoModel.Tests.Questions;

public sealed class DialoguesTests(CatalogFixture fixture)
{
    [Fact]
    public void Compose_reads_all_members_evenly()
    {
        var (dialogues, random) = (new Dialogues(fixture.Catalog), new Random(3));
        var asked = Enumerable.Range(0, 4000).SelectMany(_ => dialogues.Compose(2, random)).Select(exchange => exchange.Reply).ToHashSet();
        Assert.All(fixture.Catalog.Members, member => Assert.Contains(Replies.Summary(member), asked));
    }

    [Fact]
    public void Compose_begins_with_no_follow_up()
    {
        var (dialogues, random) = (new Dialogues(fixture.Catalog), new Random(4));
        var followUps = Facet.All.SelectMany(facet => facet.FollowUps).Select(text => text.TrimEnd('?', '.').ToUpperInvariant()).ToHashSet();
        for (var i = 0; i < 2000; i++)
        {
            Assert.DoesNotContain(dialogues.Compose(2, random)[0].Question.TrimEnd('?', '.').ToUpperInvariant(), followUps);
        }
    }

    [Fact]
    public void Outside_questions_of_the_test_never_occur_in_training()
    {
        var (training, random) = (OutsideQuestions.Training(fixture.Catalog), new Random(6));
        var read = Enumerable.Range(0, 5000).Select(_ => training.Compose(random)).ToHashSet();
        Assert.Empty(TestSet.Of(fixture.Catalog).Outside.Intersect(read));
    }

    [Fact]
    public void Test_set_is_the_same_every_time()
    {
        var (first, second) = (TestSet.Of(fixture.Catalog), TestSet.Of(fixture.Catalog));
        Assert.Equal(first.KnownForms, second.KnownForms);
        Assert.Equal(first.NewForms, second.NewForms);
        Assert.Equal(first.Outside, second.Outside);
        Assert.Equal(first.Facets, second.Facets);
        Assert.Equal((200, 200, 50, 100), (first.KnownForms.Count, first.NewForms.Count, first.Outside.Count, first.Facets.Count));
    }
}
