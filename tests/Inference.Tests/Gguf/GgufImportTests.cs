using System.Buffers.Binary;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Gguf;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Gguf;

public sealed class GgufImportTests : IDisposable
{
    private static readonly string[] Pieces = ["▁", "a", "b", "ab", "▁ab", "c", "d", "e", "f", "g", "h"];

    private readonly string _root = Directory.CreateTempSubdirectory("ngrammys-gguf-").FullName;

    private string File => Path.Combine(_root, "model.gguf");

    private string Folder => Path.Combine(_root, "folder");

    [Fact]
    public void A_file_becomes_a_folder_that_the_engine_opens()
    {
        Import(GgufBuilder.Model());
        using var folder = ModelFolder.Open(Folder);
        Assert.Equal((4, 2, 8, 64), (folder.Decoder.Heads, folder.Decoder.KvHeads, folder.Decoder.HeadSize, folder.Decoder.ContextLength));
        Assert.Equal(1e-5f, folder.Decoder.NormEpsilon);
        Assert.True(folder.Decoder.TiedEmbeddings);
        var tokenizer = Tokenizer.Load(Folder);
        Assert.Equal("the 12 </s>", tokenizer.Decode(tokenizer.Encode("the 12 </s>", addSpecial: true, parseSpecial: true), skipSpecial: false));
        Assert.Equal(3, tokenizer.Encode("th</s><tool>", addSpecial: false, parseSpecial: true).Length);
        Assert.Equal([folder.Defaults.StopTokens[0]], tokenizer.Encode("</s>", addSpecial: false, parseSpecial: true));
    }

    [Fact]
    public void Rotary_halves_are_put_back_and_numbers_rounded_to_the_nearest()
    {
        // Row r of the file holds the number r in each place, and a little more than bfloat16 can hold.
        Import(GgufBuilder.Model().Tensor("blk.0.attn_q.weight", [32, 32], 0, Floats(32 * 32, i => i / 32 * 1.001f)));
        using var weights = new WeightFiles(Folder);
        var rows = Enumerable.Range(0, 32).Select(row => Row(weights.Get("model.layers.0.self_attn.q_proj.weight", 32, 32), row)[0]).ToArray();
        int[] head = [0, 2, 4, 6, 1, 3, 5, 7];
        var expected = Enumerable.Range(0, 4).SelectMany(h => head.Select(r => (float)(8 * h + r)));
        Assert.All(rows.Zip(expected), pair => Assert.InRange(Math.Abs(pair.First - pair.Second * 1.001f), 0, pair.Second / 256 + 1e-9f));
    }

    [Fact]
    public void Blocks_of_every_format_are_decoded()
    {
        foreach (var type in (uint[])[0, 1, 30, 2, 3, 6, 7, 8])
        {
            var format = BlockFormat.Of(type)!;
            var blocks = Enumerable.Range(0, 32 * 32 / format.Values * format.Bytes).Select(i => (byte)(i % format.Bytes < 4 ? 0x3C : i)).ToArray();
            Import(GgufBuilder.Model().Tensor("blk.1.attn_output.weight", [32, 32], type, blocks));
            var expected = new float[32 * 32];
            format.Read(blocks, expected);
            using var weights = new WeightFiles(Folder);
            Assert.All(Row(weights.Get("model.layers.1.self_attn.o_proj.weight", 32, 32), 5).Zip(expected[160..192]),
                pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Math.Abs(pair.Second) / 256));
            Directory.Delete(Folder, recursive: true);
        }
    }

    [Fact]
    public void A_sentencepiece_vocabulary_becomes_tokenizer_model()
    {
        const int Size = 270;
        string[] tokens = [.. Enumerable.Range(0, Size).Select(id => id switch
        {
            0 => "<unk>",
            1 => "<s>",
            2 => "</s>",
            < 259 => $"<0x{id - 3:X2}>",
            _ => Pieces[id - 259],
        })];
        Import(GgufBuilder.Model()
            .Tensor("token_embd.weight", [Size, 32], 0, Floats(Size * 32, i => i))
            .Set("tokenizer.ggml.model", "llama").Set("tokenizer.ggml.pre", null).Set("tokenizer.ggml.merges", null)
            .Set("tokenizer.ggml.tokens", tokens)
            .Set("tokenizer.ggml.scores", (float[])[.. Enumerable.Range(0, Size).Select(id => -(float)id)])
            .Set("tokenizer.ggml.token_type", (int[])[.. Enumerable.Range(0, Size).Select(id => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)])
            .Set("tokenizer.ggml.unknown_token_id", 0u).Set("tokenizer.ggml.bos_token_id", 1u).Set("tokenizer.ggml.eos_token_id", 2u));
        var tokenizer = Tokenizer.Load(Folder);
        Assert.Equal([1, 263, 260], tokenizer.Encode("aba", addSpecial: true, parseSpecial: false));
        Assert.Equal("ab é", tokenizer.Decode(tokenizer.Encode("ab é", addSpecial: false, parseSpecial: false), skipSpecial: true));
    }

    [Fact]
    public void Llama_3_s_rotary_scaling_is_found_again_from_its_factors()
    {
        var metadata = GgufBuilder.Model().Set("llama.rope.freq_base", 500_000f);
        float[] factors = [.. Enumerable.Range(0, 4).Select(i => Llama3Factor(Math.Pow(500_000, i / 4.0)))];
        metadata.Tensor(GgufRotaryScaling.FactorsName, [4], 0, Floats(4, i => factors[i]));
        System.IO.File.WriteAllBytes(File, metadata.Build());
        using (var file = GgufFile.Open(File))
        {
            var scaling = GgufArchitecture.Of(file.Metadata).Configuration(file.Metadata, file.Tensors)["rope_scaling"]!;
            Assert.Equal("llama3", (string?)scaling["rope_type"]);
            Assert.Equal(8, (double)scaling["factor"]!);
        }

        factors[1] = 3;
        Refused(metadata.Tensor(GgufRotaryScaling.FactorsName, [4], 0, Floats(4, i => factors[i])), "rotary factors");

        static float Llama3Factor(double turns)
        {
            var smooth = Math.Clamp((8192 / (2 * Math.PI * turns) - 1) / 3, 0, 1);
            return (float)(1 / ((1 - smooth) / 8 + smooth));
        }
    }

    [Fact]
    public void What_cannot_be_imported_is_refused_by_name()
    {
        Refused(GgufBuilder.Model("mamba"), "'mamba'");
        Refused(GgufBuilder.Model().Set("tokenizer.ggml.model", "bert"), "'bert'");
        Refused(GgufBuilder.Model().Set("tokenizer.ggml.pre", "falcon"), "'falcon'");
        Refused(GgufBuilder.Model().Set("llama.block_count", null), "llama.block_count");
        Refused(GgufBuilder.Model().Set("llama.block_count", "two"), "llama.block_count");
        Refused(GgufBuilder.Model().Set("llama.block_count", 3u), "model.layers.2");
        Refused(GgufBuilder.Model().Set("llama.attention.head_count", 0u), "no attention heads");
        Refused(GgufBuilder.Model().Set("llama.rope.scaling.type", "longrope"), "longrope");
        Refused(GgufBuilder.Model().Set("tokenizer.ggml.eos_token_id", 100_000u), "100000");
        Refused(GgufBuilder.Model().Tensor("blk.0.ssm_a.weight", [1], 0, new byte[4]), "blk.0.ssm_a.weight");
        Refused(GgufBuilder.Model().Tensor("blk.0.ffn_norm.weight", [256], 10, new byte[84]), "format 10");
        Refused(GgufBuilder.Model().Tensor("blk.0.ffn_norm.weight", [31], 8, new byte[34]), "whole blocks");
        Refused(GgufBuilder.Model().Tensor("blk.0.ffn_norm.weight", [32], 0, Floats(32, _ => float.NaN)), "not finite");
    }

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        var whole = GgufBuilder.Model().Build();
        var random = new Random(3);
        for (var length = 0; length < whole.Length; length += random.Next(1, whole.Length / 200)) Refused(whole[..length]);
        Refused(whole[..^1]);
    }

    [Theory]
    [InlineData(8, ulong.MaxValue)] // tensors
    [InlineData(8, 1UL << 40)]
    [InlineData(16, ulong.MaxValue)] // values
    [InlineData(16, 1UL << 30)]
    [InlineData(24, ulong.MaxValue)] // length of the first key
    [InlineData(24, 1UL << 31)]
    public void A_count_that_lies_is_refused_without_allocating_for_it(int at, ulong count)
    {
        var file = GgufBuilder.Model().Build();
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), count);
        System.IO.File.WriteAllBytes(File, file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<NGrammysException>(() => GgufFile.Open(File));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20L * file.Length);
    }

    [Fact]
    public void A_folder_that_holds_something_is_left_alone()
    {
        Directory.CreateDirectory(Folder);
        System.IO.File.WriteAllText(Path.Combine(Folder, "mine"), "");
        System.IO.File.WriteAllBytes(File, GgufBuilder.Model().Build());
        Assert.Contains("there already", Assert.Throws<NGrammysException>(() => GgufImport.Run(File, Folder)).Message, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.GetFiles(Folder).Select(Path.GetFileName));
        Assert.Contains("no file", Assert.Throws<NGrammysException>(() => GgufImport.Run(File + "x", Folder + "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_the_file_lacks_are_null()
    {
        Import(GgufBuilder.Model().Set("tokenizer.ggml.bos_token_id", null));
        var generation = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Folder, "generation_config.json")))!.AsObject();
        Assert.True(generation.ContainsKey("bos_token_id"));
        Assert.Null(generation["bos_token_id"]);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Import(GgufBuilder builder)
    {
        System.IO.File.WriteAllBytes(File, builder.Build());
        GgufImport.Run(File, Folder);
    }

    private void Refused(GgufBuilder builder, string words) => Assert.Contains(words, Refused(builder.Build()), StringComparison.Ordinal);

    private string Refused(byte[] file)
    {
        System.IO.File.WriteAllBytes(File, file);
        var error = Assert.Throws<NGrammysException>(() => GgufImport.Run(File, Folder));
        Assert.DoesNotContain('\n', error.Message);
        // Nothing half made stays behind.
        Assert.Equal([File], Directory.EnumerateFileSystemEntries(_root));
        return error.Message;
    }

    private static byte[] Floats(int count, Func<int, float> value)
    {
        var bytes = new byte[4 * count];
        for (var i = 0; i < count; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), value(i));
        return bytes;
    }

    private static float[] Row(StoredTensor tensor, int row)
    {
        var values = new float[tensor.Shape[^1]];
        tensor.Read((long)row * values.Length, values);
        return values;
    }
}
