using System.Text.Json;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Execution;

/// <summary>Logits and greedy continuations that reference implementations computed in float64, on any executor in float32 arithmetic.</summary>
public abstract class GoldenLogits(Func<ModelFolder, int, IForwardExecutor> create)
{
    private const double StoriesTolerance = 1e-3;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Trained_model_tells_the_stories_of_the_reference(int index)
    {
        using var model = ModelFolder.Open(SharedFolder.PathOf("models", "stories260K"));
        using var executor = create(model, model.Decoder.ContextLength);
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathOf("models", "stories260K", "golden_logits.json")));
        var golden = json.RootElement.GetProperty("golden")[index];
        var prompt = Integers(golden.GetProperty("prompt_ids"));
        var greedy = Integers(golden.GetProperty("greedy_ids"));

        var logits = Run(model, executor, 0, prompt)[^1];
        Near(Reals(golden.GetProperty("last_prompt_logits")), logits, StoriesTolerance);
        var told = new List<int>();
        while (told.Count < greedy.Length)
        {
            told.Add(ArgMax(logits));
            logits = Run(model, executor, prompt.Length + told.Count - 1, told[^1..])[0];
        }

        Assert.Equal(greedy, told);
        Near(Reals(golden.GetProperty("final_logits")), logits, StoriesTolerance);
    }

    public static TheoryData<string> Fixtures => [.. ((string[])["", "more"])
        .SelectMany(part => Directory.GetDirectories(SharedFolder.PathOf("fixtures", "hf", part)))
        .Where(folder => File.Exists(Path.Combine(folder, "golden.json")))
        .Select(folder => Path.GetRelativePath(SharedFolder.PathOf("fixtures", "hf"), folder)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_family_has_a_fixture() => Assert.True(Fixtures.Count >= 21, $"only {Fixtures.Count} fixtures were found");

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_gives_the_logits_of_the_reference_in_one_pass_and_in_chunks(string name)
    {
        var folder = SharedFolder.PathOf("fixtures", "hf", name);
        using var expected = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden.json")));
        var tolerance = json.RootElement.GetProperty("tolerance").GetDouble();
        foreach (var (i, golden) in json.RootElement.GetProperty("cases").EnumerateArray().Index())
        {
            int[] tokens = [.. Integers(golden.GetProperty("prompt")), .. Integers(golden.GetProperty("greedy"))];
            // The reference's dynamic rotary scaling follows the length of the pass.
            using var model = ModelFolder.Open(folder, tokens.Length);
            using var executor = create(model, tokens.Length);
            var logits = expected.Tensors[$"case{i}.logits"].ToArray();
            foreach (var chunk in i < 3 ? (int[])[1000] : [1000, 16])
            {
                var position = 0;
                foreach (var part in tokens.Chunk(chunk))
                {
                    foreach (var row in Run(model, executor, position, part, tokens.Length))
                    {
                        var at = position++ * row.Length;
                        Near(Array.ConvertAll(logits[at..(at + row.Length)], logit => (double)logit), row, tolerance);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_goes_on_greedily_as_the_reference(string name)
    {
        var folder = SharedFolder.PathOf("fixtures", "hf", name);
        using var model = ModelFolder.Open(folder);
        using var executor = create(model, model.Decoder.ContextLength);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden.json")));
        foreach (var golden in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var (prompt, greedy) = (Integers(golden.GetProperty("prompt")), Integers(golden.GetProperty("greedy")));
            var reach = prompt.Length + greedy.Length;
            var said = new List<int>();
            for (int[] next = prompt; said.Count < greedy.Length; next = [said[^1]])
                said.Add(ArgMax(Run(model, executor, said.Count == 0 ? 0 : prompt.Length + said.Count - 1, next, reach)[^1]));

            Assert.Equal(greedy, said);
        }
    }

    private static float[][] Run(ModelFolder model, IForwardExecutor executor, int prefix, IReadOnlyList<int> tokens, int reach = 0)
    {
        var batch = new ForwardBatch();
        batch.BeginSlice(firstRow: 0, prefix, reach);
        for (var i = 0; i < tokens.Count; i++) batch.Add(tokens[i], i - 1, output: true);
        var logits = new float[tokens.Count * model.Decoder.VocabularySize];
        executor.Forward(batch, logits);
        return [.. logits.Chunk(model.Decoder.VocabularySize)];
    }

    private static void Near(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"logit {i} is {actual[i]}, the reference says {expected[i]}, allowed is {tolerance:g3}");
    }

    private static int ArgMax(float[] logits) => Array.IndexOf(logits, logits.Max());

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetInt32())];

    private static double[] Reals(JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetDouble())];
}
