using NGrammys.DemoModel.Questions;
using NGrammys.DemoModel.Tests.Corpus;
using NGrammys.DemoModel.Tokenization;
using NGrammys.DemoModel.Training;

namespace NGrammys.DemoModel.Tests.Training;

public sealed class RowStreamTests(CatalogFixture fixture)
{
    private static readonly ChatTokenizer Tokenizer = ChatTokenizer.Train(["What does it do? It does what it does."], 300);

    [Fact]
    public void Next_fills_rows_and_scores_every_end_of_a_reply()
    {
        var (ids, scored) = new RowStream(new Dialogues(fixture.Catalog), Tokenizer).Next(4, 256, new Random(8));
        Assert.Equal(4 * 257, ids.Length);
        var positions = scored.ToHashSet();
        for (var row = 0; row < 4; row++)
        {
            for (var i = 0; i < 256; i++)
            {
                if (ids[row * 257 + i + 1] == Tokenizer.EndId)
                {
                    Assert.Contains(row * 256 + i, positions);
                }
            }
        }
    }

    [Fact]
    public void Next_gives_the_same_rows_for_the_same_seed()
    {
        var first = new RowStream(new Dialogues(fixture.Catalog), Tokenizer).Next(2, 128, new Random(9));
        var second = new RowStream(new Dialogues(fixture.Catalog), Tokenizer).Next(2, 128, new Random(9));
        Assert.Equal(first.Ids, second.Ids);
        Assert.Equal(first.Scored, second.Scored);
    }
}
