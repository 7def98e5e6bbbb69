using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Models;

/// <summary>What the fields of configurations mean; what they do to logits is held against golden results elsewhere.</summary>
public sealed class ModelConfigurationTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public static TheoryData<string> Families => [.. TinyFamilies.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_is_read(string name) => Assert.Equal((name, 3), (Read(name).Family, Read(name).Layers.Count));

    [Theory]
    [InlineData("mistral", "{}", "21 21 21")]
    [InlineData("mistral", """{"sliding_window":null}""", "- - -")]
    [InlineData("llama", """{"sliding_window":8}""", "- - -")]
    [InlineData("qwen2", "{}", "- 19 19")]
    [InlineData("qwen2", """{"use_sliding_window":false}""", "- - -")]
    [InlineData("qwen2", """{"layer_types":["sliding_attention","full_attention","sliding_attention"]}""", "19 - 19")]
    [InlineData("qwen2", """{"max_window_layers":0}""", "19 19 19")]
    [InlineData("qwen3_moe", """{"use_sliding_window":true,"sliding_window":9}""", "9 9 9")]
    [InlineData("gemma2", "{}", "17 - 17")]
    [InlineData("gemma3_text", "{}", "17 - 17")]
    [InlineData("gemma3_text", """{"sliding_window_pattern":3}""", "17 17 -")]
    [InlineData("smollm3", """{"use_sliding_window":true,"sliding_window":7}""", "- - 7")]
    public void Windows_are_where_the_family_has_them(string name, string changes, string windows) =>
        Assert.Equal(windows, string.Join(' ', Read(name, changes).Layers.Select(layer => layer.Window is { } window ? $"{window}" : "-")));

    [Fact]
    public void Fields_left_out_are_those_of_the_reference()
    {
        var decoder = Read("gemma3_text", """{"head_dim":null,"query_pre_attn_scalar":null,"rope_scaling":null}""", "head_dim", "query_pre_attn_scalar", "sliding_window");
        Assert.Equal((256, 1 / 16f), (decoder.HeadSize, decoder.AttentionScale));
        Assert.Equal(4096, decoder.Layers[0].Window);
        Assert.True(Read("qwen3", "{}", "head_dim").HeadSize == 128);
        Assert.Equal(44 / 6 / 2 * 2, Read("mistral", """{"head_dim":null,"num_attention_heads":7,"num_key_value_heads":7}""").HeadSize);
    }

    [Fact]
    public void A_text_model_inside_another_configuration_is_found()
    {
        var inner = TinyFamilies.Configuration("gemma3_text");
        File.WriteAllText(_path, $$"""{"model_type":"gemma3","vision_config":{},"text_config":{{inner}} }""");
        Assert.Equal("gemma3_text", ModelConfiguration.Read(_path).Family);
    }

    [Fact]
    public void Rotary_parameters_by_layer_type_are_the_older_fields()
    {
        var older = Read("gemma3_text");
        var newer = Read("gemma3_text", """
            {"rope_scaling":null,"rope_parameters":{"sliding_attention":{"rope_type":"default","rope_theta":10000},
             "full_attention":{"rope_type":"linear","factor":8,"rope_theta":1000000}}}
            """);
        foreach (var (old, renamed) in older.Layers.Zip(newer.Layers)) Assert.Equal(old.Rotary!.Frequencies, renamed.Rotary!.Frequencies);
        Assert.NotEqual(older.Layers[0].Rotary!.Frequencies, older.Layers[1].Rotary!.Frequencies);
    }

    [Fact]
    public void Scaled_contexts_are_what_the_scaling_stretches_them_to()
    {
        Assert.Equal(1280, Read("llama", """{"rope_parameters":{"rope_type":"dynamic","factor":2}}""").ContextLength);
        Assert.Equal(2560, Read("llama", """{"rope_parameters":{"rope_type":"yarn","factor":4}}""").ContextLength);
        Assert.Equal(640, Read("llama", """{"rope_parameters":{"rope_type":"linear","factor":4}}""").ContextLength);
    }

    [Fact]
    public void Long_sequences_turn_by_other_frequencies_from_their_first_position_on()
    {
        var rotary = Read("phi3").Layers[0].Rotary!;
        Assert.Equal((false, true), (rotary.IsLong(64), rotary.IsLong(65)));
        Assert.NotEqual(rotary.Frequencies, rotary.LongFrequencies);
        var dynamic = Read("llama", """{"rope_parameters":{"rope_type":"dynamic","factor":2}}""").Layers[0].Rotary!;
        Assert.Equal((640, dynamic.Frequencies[0]), (dynamic.LongBeyond, dynamic.LongFrequencies![0]));
    }

    [Fact]
    public void Layers_without_rotary_embedding_are_those_that_the_configuration_names()
    {
        Assert.Equal([true, true, false], Read("smollm3").Layers.Select(layer => layer.Rotary is not null));
        Assert.Equal([false, true, true], Read("smollm3", """{"no_rope_layers":[0,1,1]}""").Layers.Select(layer => layer.Rotary is not null));
    }

    [Fact]
    public void Dense_layers_among_experts_are_those_that_the_configuration_names()
    {
        Assert.Equal([23, 75, 23], Read("qwen3_moe").Layers.Select(layer => layer.IntermediateSize));
        Assert.Equal([true, false, true], Read("qwen3_moe", """{"mlp_only_layers":[],"decoder_sparse_step":2}""").Layers.Select(layer => layer.Experts is null));
    }

    [Theory]
    [InlineData("gemma2", """{"hidden_activation":"relu"}""", "'relu'")]
    [InlineData("qwen2", """{"layer_types":["full_attention"]}""", "1 entries for 3 layers")]
    [InlineData("qwen2", """{"layer_types":["full_attention","chunked_attention","full_attention"]}""", "chunked_attention")]
    [InlineData("mixtral", """{"num_experts_per_tok":6}""", "6 of 5 experts")]
    [InlineData("phi3", """{"partial_rotary_factor":0.05}""", "cannot turn 0")]
    [InlineData("smollm3", """{"no_rope_layers":[1]}""", "no_rope_layers")]
    [InlineData("llama", """{"num_hidden_layers":2000000000}""", "layers")]
    public void What_the_decoder_does_not_do_is_refused_by_name(string name, string changes, string words) =>
        Assert.Contains(words, Assert.Throws<NGrammysException>(() => Read(name, changes)).Message, StringComparison.Ordinal);

    public void Dispose() => File.Delete(_path);

    private DecoderDescription Read(string family, string changes = "{}", params string[] removed)
    {
        var config = JsonNode.Parse(TinyFamilies.Configuration(family))!.AsObject();
        foreach (var (field, value) in JsonNode.Parse(changes)!.AsObject()) config[field] = value?.DeepClone();
        foreach (var field in removed) config.Remove(field);
        File.WriteAllText(_path, config.ToJsonString());
        return ModelConfiguration.Read(_path);
    }
}
