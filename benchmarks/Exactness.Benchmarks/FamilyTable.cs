using System.Globalization;
using System.Text.Json;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;
using NGrammys.TestSupport;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>
/// Every model of the reference against its golden logits on both executors, its tokenizer and template against the reference's texts, and generated cases
/// of speculation for its family: the tables of docs/models.md.
/// </summary>
internal static class FamilyTable
{
    public static async Task<object> RunAsync(string fixturesFolder, int cases)
    {
        var folder = Path.Combine(fixturesFolder, "hf");
        var texts = new FixtureTexts(fixturesFolder);
        var rows = new List<Row>();
        var trials = new Dictionary<string, int>();
        string[] fixtures = [.. Directory.GetFiles(folder, "golden.json", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal)];
        foreach (var fixture in fixtures)
        {
            Console.Error.WriteLine(fixture);
            string family;
            using (var model = ModelFolder.Open(fixture)) family = model.Decoder.Family;
            if (!trials.ContainsKey(family)) trials[family] = await SpeculateAsync(family, cases);
            var (tolerance, cpu, _, _) = Compare(fixture, (model, length) => new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, length));
            var (_, torch, _, _) = Compare(fixture, (model, length) => new TorchExecutor(model.Decoder, model.Weights, DataType.Float32, length, "torch-cpu"));
            var (_, bf16, same, all) = Compare(fixture, (model, length) => new TorchExecutor(model.Decoder, model.Weights, DataType.BFloat16, length, "torch-cpu"));
            var name = Path.GetRelativePath(folder, fixture);
            rows.Add(new Row(name, family, tolerance, cpu, torch, trials[family], bf16, same, all,
                [.. FixtureModels.Tokenizers(name).Select(texts.Tokenizer)], [.. FixtureModels.Templates(name).Select(texts.Template)]));
        }

        Print(rows);
        var templates = Directory.GetFiles(Path.Combine(fixturesFolder, "chat_templates"), "*.jinja").Select(file => texts.Template(Path.GetFileNameWithoutExtension(file))).ToList();
        Console.WriteLine("\n| template | cases |\n|---|---|");
        foreach (var template in templates.OrderBy(template => template.Name, StringComparer.Ordinal)) Console.WriteLine($"| {template.Name} | {template.Score} |");
        return new { Fixtures = rows, Templates = templates, Machine.Description };
    }

    // A difference ends the run, and the message has its seed.
    private static async Task<int> SpeculateAsync(string family, int cases)
    {
        var done = 0;
        for (var seed = 1; done < cases; seed++)
        {
            using var trial = new EqualityTrial(seed, (model, type, rows) => new CpuExecutor(model.Decoder, model.Weights, type, rows, threads: 2), family);
            for (var batch = 0; batch < 6; batch++) await trial.RunAsync();
            done += trial.Cases.Sum();
        }

        return done;
    }

    private static (double Tolerance, double Largest, int SameChoices, int Choices) Compare(string folder, Func<ModelFolder, int, IForwardExecutor> create)
    {
        using var golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden.json")));
        var (largest, same, all) = (0.0, 0, 0);
        foreach (var (i, item) in json.RootElement.GetProperty("cases").EnumerateArray().Index())
        {
            int[] tokens = [.. Integers(item.GetProperty("prompt")), .. Integers(item.GetProperty("greedy"))];
            using var model = ModelFolder.Open(folder, tokens.Length);
            using var executor = create(model, tokens.Length);
            var batch = new ForwardBatch();
            batch.BeginSlice(0, 0, tokens.Length);
            for (var t = 0; t < tokens.Length; t++) batch.Add(tokens[t], t - 1, output: true);
            var vocabulary = model.Decoder.VocabularySize;
            var (logits, expected) = (new float[tokens.Length * vocabulary], golden.Tensors[$"case{i}.logits"].ToArray());
            executor.Forward(batch, logits);
            for (var t = 0; t < tokens.Length; t++, all++)
            {
                var ours = logits.AsSpan(t * vocabulary, vocabulary);
                var theirs = expected.AsSpan(t * vocabulary, vocabulary);
                for (var v = 0; v < vocabulary; v++) largest = Math.Max(largest, double.IsFinite(ours[v]) ? Math.Abs(ours[v] - theirs[v]) : double.PositiveInfinity);
                same += Largest(ours) == Largest(theirs) ? 1 : 0;
            }
        }

        return (json.RootElement.GetProperty("tolerance").GetDouble(), largest, same, all);
    }

    private static int Largest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++) best = logits[i] > logits[best] ? i : best;
        return best;
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetInt32())];

    private static void Print(List<Row> rows)
    {
        Console.WriteLine("| fixture | family | golden logits: cpu, torch-cpu / tolerance | tokenizer | template | speculation equality | bf16 (torch-cpu) |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            var green = row.Cpu <= row.Tolerance && row.Torch <= row.Tolerance ? "✓" : "✗";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Fixture} | {row.Family} | {green} {row.Cpu:0.0e+0}, {row.Torch:0.0e+0} / {row.Tolerance:0.0e+0} | {Cell(row.Tokenizers, result => $"{result.Score} {result.Name}")} | {Cell(row.Templates, result => result.Score)} | ✓ {row.Cases} cases | {100.0 * row.SameChoices / row.Choices:f1} % of choices, {row.BFloat16:f2} |"));
        }
    }

    private static string Cell(FixtureTexts.Result[] results, Func<FixtureTexts.Result, string> text) => results.Length == 0 ? "–" : string.Join(", ", results.Select(text));

    /// <summary>
    /// One fixture: largest differences from its golden logits, cases in which speculation changed nothing, how often bfloat16 chooses alike, and the cases of
    /// its tokenizers and templates.
    /// </summary>
    private sealed record Row(
        string Fixture, string Family, double Tolerance, double Cpu, double Torch, int Cases, double BFloat16, int SameChoices, int Choices,
        FixtureTexts.Result[] Tokenizers, FixtureTexts.Result[] Templates);
}
