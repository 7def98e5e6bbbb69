using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Bigrams;

public sealed class UnigramBuilderTests
{
    [Theory]
    [InlineData(DataType.Float32, false)]
    [InlineData(DataType.BFloat16, false)]
    [InlineData(DataType.Float16, true)]
    public void Distances_and_probabilities_are_the_paper_s_formula(DataType type, bool tied)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            using var model = new TinyModel(seed, type, tied);
            var (input, output) = (model.Folder.Weights.Embedding, model.Folder.Weights.Head);
            var expected = Naive(input, output);
            var found = UnigramBuilder.Distances(input, output);
            for (var token = 0; token < expected.Length; token++)
                Assert.True(Math.Abs(expected[token] - found[token]) < 1e-4 * expected[token], $"seed {seed}, token {token}: {found[token]} instead of {expected[token]}");

            var unigram = UnigramBuilder.Build(input, output, cancellationToken: TestContext.Current.CancellationToken);
            double[] ascending = [.. expected.Order()];
            var total = expected.Sum(distance => Math.Exp(-distance));
            Assert.Equal(ModelUnigram.DefaultWidth, unigram.Tokens.ToArray().Distinct().Count());
            for (var place = 0; place < unigram.Tokens.Length; place++)
            {
                // By distance and not by token: two that are nearly as far may change places.
                Assert.Equal(ascending[place], expected[unigram.Tokens[place]], 1e-4 * ascending[place]);
                var probability = Math.Exp(-ascending[place]) / total;
                Assert.Equal(probability, unigram.Probabilities[place], 1e-2 * probability);
            }
        }
    }

    [Fact]
    public void More_rows_than_a_block_and_a_width_that_fills_vectors_are_taken_whole()
    {
        // 1,100 rows are two blocks and a part, which is no multiple of a group; 48 columns are whole vectors.
        using var model = new TinyModel("""
            {"model_type": "llama", "vocab_size": 1100, "hidden_size": 48, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
             "num_key_value_heads": 2, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu", "eos_token_id": 2}
            """, seed: 5);
        var (input, output) = (model.Folder.Weights.Embedding, model.Folder.Weights.Head);
        var shares = new List<double>();
        var found = UnigramBuilder.Distances(input, output, shares.Add, TestContext.Current.CancellationToken);
        var expected = Naive(input, output);

        for (var token = 0; token < expected.Length; token++) Assert.Equal(expected[token], found[token], 1e-4 * expected[token]);
        Assert.Equal(1, shares[^1]);
        Assert.Equal(shares.Order(), shares);
    }

    [Fact]
    public void Building_ends_when_it_is_cancelled()
    {
        using var model = new TinyModel();
        var weights = model.Folder.Weights;

        Assert.Throws<OperationCanceledException>(() => UnigramBuilder.Build(weights.Embedding, weights.Head, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void File_lies_beside_its_model_and_is_found_for_no_other()
    {
        using var model = new TinyModel(seed: 1);
        using var other = new TinyModel(seed: 2);
        var unigram = UnigramBuilder.Build(model.Folder.Weights.Embedding, model.Folder.Weights.Head, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(UnigramFile.Find(model.Folder));
        var path = UnigramFile.Save(model.Folder, unigram);
        File.Copy(path, Path.Combine(other.Path, Path.GetFileName(path)));

        Assert.Equal(unigram.Tokens.ToArray(), UnigramFile.Find(model.Folder)!.Tokens.ToArray());
        Assert.Null(UnigramFile.Find(other.Folder));
    }

    [Fact]
    public void Damaged_file_is_one_clear_line()
    {
        using var model = new TinyModel();
        File.WriteAllText(UnigramFile.PathOf(model.Folder), "no table");
        var error = Assert.Throws<NGrammysException>(() => UnigramFile.Find(model.Folder));

        Assert.Contains("Delete it", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The formula as it stands: ‖a‖² = Σ_x (a · v_x)².</summary>
    private static double[] Naive(StoredTensor input, StoredTensor output)
    {
        var width = input.Shape[1];
        var (v, u) = (input.ToArray().Chunk(width).ToArray(), output.ToArray().Chunk(width).ToArray());
        double[] mean = [.. Enumerable.Range(0, width).Select(i => u.Average(row => (double)row[i]))];
        return Array.ConvertAll(u, row =>
        {
            double[] a = [.. row.Select((value, i) => value - mean[i])];
            return Math.Sqrt(v.Sum(x => Math.Pow(x.Select((value, i) => a[i] * value).Sum(), 2)));
        });
    }
}
