using System.Text.Json;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Cli.Tests;

/// <summary><c>ngrammys model inspect</c> and <c>model logits</c>.</summary>
public sealed class ModelInspectTests
{
    [Fact]
    public async Task Inspect_says_what_a_model_is_and_what_it_needs()
    {
        using var model = new TinyModel(TinyFamilies.Configuration("qwen3_moe"), seed: 1);
        var (code, output, errors) = await NgrammysProcess.RunAsync(["model", "inspect", model.Path, "--json"]);
        Assert.True(code == 0, errors);
        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal("qwen3_moe", json.GetProperty("family").GetString());
        Assert.Equal("bfloat16", json.GetProperty("dtype").GetString());
        Assert.Equal(640, json.GetProperty("context").GetInt32());
        Assert.Equal(2 * 3 * 2 * 10 * 4, json.GetProperty("kv_bytes_per_token").GetInt32());
        var elements = model.Folder.Weights.All().Sum(tensor => tensor.Elements);
        Assert.Equal(elements, json.GetProperty("parameters").GetInt64());
        Assert.Equal(2 * elements + 640 * 480, json.GetProperty("memory_bytes").GetInt64());
        Assert.Empty(json.GetProperty("unsupported").EnumerateArray());

        var (_, text, _) = await NgrammysProcess.RunAsync(["model", "inspect", model.Path]);
        Assert.Contains("qwen3_moe, 3 layers of 44", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_tells_how_many_conversations_fit_into_a_device()
    {
        using var model = new TinyModel(TinyFamilies.Configuration("qwen3_moe"), seed: 1);
        var (code, output, errors) = await NgrammysProcess.RunAsync(["model", "inspect", model.Path, "--memory", "16MiB", "--conversation", "1000", "--json"]);
        Assert.True(code == 0, errors);
        var fit = JsonDocument.Parse(output).RootElement.GetProperty("fits")[0];
        var elements = model.Folder.Weights.All().Sum(tensor => tensor.Elements);
        Assert.Equal("bfloat16", fit.GetProperty("dtype").GetString());
        Assert.Equal(2 * 3 * 2 * 10 * 2, fit.GetProperty("kv_bytes_per_token").GetInt32());
        Assert.Equal(((long)((16 << 20) * 0.9) - 2 * elements) / (240 * 1064), fit.GetProperty("conversations").GetInt64());

        (code, _, errors) = await NgrammysProcess.RunAsync(["model", "inspect", model.Path, "--memory", "much"]);
        Assert.Equal(1, code);
        Assert.Contains("24GiB", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"model_type\":\"mamba2\"", "mamba2")]
    [InlineData("\"model_type\":\"llama\",\"quantization_config\":{\"quant_method\":\"gptq\"}", "gptq")]
    public async Task Inspect_names_what_is_not_supported(string fields, string words)
    {
        var folder = Directory.CreateTempSubdirectory("ngrammys-inspect-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "config.json"), $"{{{fields}}}", TestContext.Current.CancellationToken);
        var (code, output, errors) = await NgrammysProcess.RunAsync(["model", "inspect", folder.FullName, "--json"]);
        Assert.Equal(1, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(output).RootElement.GetProperty("supported").GetBoolean());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Logits_are_those_of_the_executor()
    {
        using var model = new TinyModel(TinyFamilies.Configuration("gemma2"), seed: 1);
        var path = Path.Combine(model.Path, "logits.safetensors");
        int[] ids = [.. Enumerable.Range(0, 300).Select(i => i * 7 % 101)];
        var (code, _, errors) = await NgrammysProcess.RunAsync(["model", "logits", model.Path, "--ids", string.Join(',', ids), "--out", path]);
        Assert.True(code == 0, errors);
        using var executor = new CpuExecutor(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, 300);
        var batch = new ForwardBatch();
        batch.BeginSlice(0, 0);
        for (var i = 0; i < ids.Length; i++) batch.Add(ids[i], i - 1, output: true);
        var expected = new float[ids.Length * 101];
        executor.Forward(batch, expected);
        using var written = SafetensorsFile.Open(path);
        Assert.Equal([300, 101], written.Tensors["logits"].Shape);
        Assert.Equal(expected, written.Tensors["logits"].ToArray());
    }

    [Theory]
    [InlineData("1,two", "no token id")]
    [InlineData("1,101", "outside the vocabulary")]
    public async Task Logits_of_bad_ids_are_refused_in_one_line(string ids, string words)
    {
        using var model = new TinyModel();
        var (code, _, errors) = await NgrammysProcess.RunAsync(["model", "logits", model.Path, "--ids", ids, "--out", Path.Combine(model.Path, "x")]);
        Assert.Equal(1, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
