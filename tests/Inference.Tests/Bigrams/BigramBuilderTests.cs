using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Bigrams;

public sealed class BigramBuilderTests
{
    private const int Vocabulary = 150;

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 3 })]
    [InlineData(new[] { 3, 140, 7 })]
    public void Table_holds_what_the_model_says_behind_the_prefix_and_each_token(int[] prefix)
    {
        var next = ScriptedExecutor.Language(Vocabulary, 5);
        using var executor = new ScriptedExecutor(Vocabulary, BigramBuilder.KvRows, next);
        var done = new List<int>();
        var bigram = BigramBuilder.Build(executor, Vocabulary, prefix, done.Add, TestContext.Current.CancellationToken);

        for (var token = 0; token < Vocabulary; token++) Assert.Equal(next([.. prefix, token]), bigram.Next(token)[0]);
        Assert.Equal(Vocabulary, done[^1]);
    }

    [Fact]
    public void Building_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        using var executor = new ScriptedExecutor(Vocabulary, BigramBuilder.KvRows, _ => 1);

        Assert.Throws<OperationCanceledException>(() => BigramBuilder.Build(executor, Vocabulary, [], _ => cancellation.Cancel(), cancellation.Token));
    }

    [Fact]
    public void File_lies_beside_its_model_and_is_found_for_no_other()
    {
        using var model = new TinyModel(seed: 1);
        using var other = new TinyModel(seed: 2);
        using var executor = new ScriptedExecutor(model.Folder.Decoder.VocabularySize, BigramBuilder.KvRows, context => context[^1] / 2);
        var bigram = BigramBuilder.Build(executor, model.Folder.Decoder.VocabularySize, [4], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(BigramFile.Find(model.Folder, [4]));
        var path = BigramFile.Save(model.Folder, [4], bigram);
        File.Copy(path, Path.Combine(other.Path, Path.GetFileName(path)));

        Assert.Equal(bigram.Next(9).ToArray(), BigramFile.Find(model.Folder, [4])!.Next(9).ToArray());
        Assert.Null(BigramFile.Find(model.Folder, [5]));
        Assert.Null(BigramFile.Find(other.Folder, [4]));
    }

    [Fact]
    public void Damaged_file_is_one_clear_line()
    {
        using var model = new TinyModel();
        File.WriteAllText(BigramFile.PathOf(model.Folder, []), "no table");
        var error = Assert.Throws<NGrammysException>(() => BigramFile.Find(model.Folder, []));

        Assert.Contains("Delete it", error.Message, StringComparison.Ordinal);
    }
}
