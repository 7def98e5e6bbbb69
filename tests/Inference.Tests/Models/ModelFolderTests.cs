using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Models;

public sealed class ModelFolderTests : IDisposable
{
    private readonly TinyModel _model = new();

    [Fact]
    public void A_folder_that_does_not_exist_is_refused() => AssertRefused("/nonexistent/model", "no model folder");

    [Theory]
    [InlineData("config.json", "does not exist")]
    [InlineData("model.safetensors", "does not exist")]
    public void A_missing_file_is_named(string name, string words)
    {
        File.Delete(Path.Combine(_model.Path, name));
        AssertRefused(_model.Path, words);
    }

    [Theory]
    [InlineData("model_type", "\"mamba\"", "mamba")]
    [InlineData("hidden_act", "\"gelu\"", "gelu")]
    [InlineData("quantization_config", "{}", "quantised")]
    [InlineData("quantization_config", """{"quant_method":"awq","bits":4}""", "(awq)")]
    [InlineData("rope_scaling", """{"type":"spiral","factor":2}""", "'spiral'")]
    [InlineData("rope_scaling", """{"type":"linear"}""", "'factor' is missing")]
    [InlineData("rope_scaling", """{"type":"yarn","factor":-1}""", "'factor' must be positive")]
    [InlineData("rope_parameters", """{"rope_type":"longrope","short_factor":[1],"long_factor":[1]}""", "short_factor")]
    [InlineData("attention_bias", "true", "q_proj.bias")]
    [InlineData("mlp_bias", "true", "gate_proj.bias")]
    [InlineData("head_dim", "9", "cannot turn 9")]
    [InlineData("num_hidden_layers", "0", "num_hidden_layers")]
    [InlineData("hidden_size", "\"large\"", "hidden_size")]
    [InlineData("num_key_value_heads", "4", "key-value heads")]
    [InlineData("intermediate_size", "76", "mlp.down_proj")]
    [InlineData("num_hidden_layers", "4", "model.layers.3")]
    public void A_configuration_that_is_not_supported_or_does_not_fit_is_refused_by_name(string field, string value, string words)
    {
        Configure(config => config[field] = JsonNode.Parse(value));
        AssertRefused(_model.Path, words);
    }

    [Fact]
    public void A_configuration_that_is_no_json_is_refused()
    {
        File.WriteAllText(Path.Combine(_model.Path, "config.json"), "{ \"model_type\": ");
        AssertRefused(_model.Path, "not valid JSON");
    }

    [Fact]
    public void A_shard_outside_the_folder_is_refused()
    {
        File.WriteAllText(Path.Combine(_model.Path, "model.safetensors.index.json"), """{"weight_map":{"a":"../../etc/passwd"}}""");
        AssertRefused(_model.Path, "outside the model folder");
    }

    [Fact]
    public void Shards_are_one_model()
    {
        var path = Path.Combine(_model.Path, "model.safetensors");
        using (var whole = SafetensorsFile.Open(path))
        {
            var tensors = whole.Tensors.Values
                .Select(tensor => new SafetensorsWriter.Tensor(tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes(0, (int)(tensor.Length / 4)).ToArray())).ToArray();
            SafetensorsWriter.Write(Path.Combine(_model.Path, "one.safetensors"), tensors[..5]);
            SafetensorsWriter.Write(Path.Combine(_model.Path, "two.safetensors"), tensors[5..]);
        }

        File.Delete(path);
        File.WriteAllText(path + ".index.json", """{"weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"one.safetensors"}}""");
        using var folder = ModelFolder.Open(_model.Path);
        Assert.Equal(_model.Folder.Decoder with { Layers = [] }, folder.Decoder with { Layers = [] });
        Assert.Equal(_model.Folder.Fingerprint(DataType.Float32), folder.Fingerprint(DataType.Float32));
    }

    [Fact]
    public void The_fingerprint_tells_weights_files_and_arithmetic_apart()
    {
        using var other = new TinyModel(seed: 2);
        var print = _model.Folder.Fingerprint(DataType.Float32);
        Assert.NotEqual(print, other.Folder.Fingerprint(DataType.Float32));
        Assert.NotEqual(print, _model.Folder.Fingerprint(DataType.BFloat16));
        File.WriteAllText(Path.Combine(_model.Path, "tokenizer.json"), "{}");
        Assert.NotEqual(print, _model.Folder.Fingerprint(DataType.Float32));
    }

    [Fact]
    public void Generation_defaults_come_from_generation_config_first()
    {
        Assert.Equal([2], _model.Folder.Defaults.StopTokens);
        Assert.Equal(SamplingParameters.Greedy, _model.Folder.Defaults.Sampling);
        File.WriteAllText(Path.Combine(_model.Path, "generation_config.json"),
            """{"eos_token_id":[5,6],"do_sample":true,"temperature":0.6,"top_p":0.9,"top_k":20}""");
        var defaults = GenerationDefaults.Read(_model.Path);
        Assert.Equal([5, 6], defaults.StopTokens);
        Assert.Equal(new SamplingParameters { Temperature = 0.6, TopP = 0.9, TopK = 20 }, defaults.Sampling);
    }

    public void Dispose() => _model.Dispose();

    private void Configure(Action<JsonNode> change)
    {
        var path = Path.Combine(_model.Path, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private static void AssertRefused(string path, string words)
    {
        var error = Assert.Throws<NGrammysException>(() => ModelFolder.Open(path).Dispose());
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
