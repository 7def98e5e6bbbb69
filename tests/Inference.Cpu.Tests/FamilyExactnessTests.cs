using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Cpu.Tests.Lanes;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Cpu.Tests;

/// <summary>For every family, in float32 and int8: the same bits at any number of nodes, however cut, beside anybody, on every width.</summary>
public sealed class FamilyExactnessTests
{
    private const int Length = 512;
    private const int Rows = 1200;
    private const int Vocabulary = 101;

    public static TheoryData<string, DataType> Families =>
        [.. TinyFamilies.Names.SelectMany(name => new (string, DataType)[] { (name, DataType.Float32), (name, DataType.Int8) })];

    [Theory]
    [MemberData(nameof(Families))]
    public void Forward_gives_the_same_bits_at_any_number_of_nodes(string family, DataType arithmetic)
    {
        using var model = new TinyModel(TinyFamilies.Configuration(family), seed: 3);
        using var executor = new CpuExecutor(model.Folder.Decoder, model.Folder.Weights, arithmetic, Rows, threads: 2);
        var tokens = Tokens(Length);
        var whole = Run(executor, 0, 0, tokens);
        Assert.All(whole, logit => Assert.True(float.IsFinite(logit)));
        Assert.True(whole.Distinct().Count() > whole.Length / 2, "logits hardly differ");
        foreach (var chunk in (int[])[1, 2, 3, 8, 64])
        {
            // The single steps of the smaller ones take the longest; their ends lie behind every window all the same.
            var length = Math.Min(Length, 100 * chunk);
            var cut = new List<float>();
            for (var start = 0; start < length; start += chunk) cut.AddRange(Run(executor, 600, start, tokens[start..Math.Min(start + chunk, length)]));
            Assert.Equal(whole[..(length * Vocabulary)], cut);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Forward_gives_the_same_bits_on_every_width_and_beside_a_tree(string family, DataType arithmetic)
    {
        using var model = new TinyModel(TinyFamilies.Configuration(family), seed: 4);
        var tokens = Tokens(90);
        float[]? expected = null;
        foreach (var width in SupportedWidths.All)
        {
            using var executor = new CpuExecutor(model.Folder.Decoder, model.Folder.Weights, arithmetic, Rows, threads: 3, width);
            var alone = Run(executor, 0, 0, tokens);
            Assert.Equal(expected ??= alone, alone);

            // The second half as one path of a tree whose other nodes are wrong, beside a short sequence.
            Run(executor, 300, 0, tokens[..45]);
            var batch = new ForwardBatch();
            batch.BeginSlice(700, 0, reach: 10);
            batch.Add(5, -1, output: true);
            batch.BeginSlice(300, 45, reach: Length);
            var last = -1;
            foreach (var token in tokens[45..])
            {
                batch.Add((token + 1) % Vocabulary, last, output: false);
                last = batch.Add(token, last, output: true);
            }

            var logits = new float[46 * Vocabulary];
            executor.Forward(batch, logits);
            Assert.Equal(alone[(45 * Vocabulary)..], logits[Vocabulary..]);
        }
    }

    private static int[] Tokens(int count)
    {
        var random = new Random(12);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];
    }

    private static float[] Run(CpuExecutor executor, int firstRow, int prefix, int[] tokens)
    {
        var batch = new ForwardBatch();
        batch.BeginSlice(firstRow, prefix, reach: Length);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i - 1, output: true);
        var logits = new float[tokens.Length * Vocabulary];
        executor.Forward(batch, logits);
        return logits;
    }
}
