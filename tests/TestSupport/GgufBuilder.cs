using System.Buffers.Binary;
using System.Text;

namespace NGrammys.TestSupport;

/// <summary>Writes GGUF files: metadata, tensor infos, data aligned to 32 bytes.</summary>
public sealed class GgufBuilder
{
    private readonly List<(string Key, object Value)> _values = [];
    private readonly List<(string Name, int[] Shape, uint Type, byte[] Data)> _tensors = [];

    /// <summary>A whole model: two layers of the Llama family, stored as they are given, with a vocabulary of bytes.</summary>
    /// <param name="architecture">Its name and the prefix of its values.</param>
    /// <param name="seed">Decides the weights.</param>
    public static GgufBuilder Model(string architecture = "llama", int seed = 1)
    {
        const int Hidden = 32, Intermediate = 48, Heads = 4, KvHeads = 2, HeadSize = 8;
        var random = new Random(seed);
        string[] alphabet = [.. Enumerable.Range(33, 94).Concat(Enumerable.Range(161, 12)).Concat(Enumerable.Range(174, 82)).Concat(Enumerable.Range(256, 68)).Select(c => ((char)c).ToString())];
        string[] tokens = [.. alphabet, "th", "<s>", "</s>", "<tool>"];
        var builder = new GgufBuilder()
            .Set("general.architecture", architecture)
            .Set($"{architecture}.block_count", 2u)
            .Set($"{architecture}.context_length", 64u)
            .Set($"{architecture}.embedding_length", (uint)Hidden)
            .Set($"{architecture}.feed_forward_length", (uint)Intermediate)
            .Set($"{architecture}.attention.head_count", (uint)Heads)
            .Set($"{architecture}.attention.head_count_kv", (uint)KvHeads)
            .Set($"{architecture}.rope.freq_base", 10_000f)
            .Set($"{architecture}.attention.layer_norm_rms_epsilon", 1e-5f)
            .Set("tokenizer.ggml.model", "gpt2")
            .Set("tokenizer.ggml.pre", "smollm")
            .Set("tokenizer.ggml.tokens", tokens)
            .Set("tokenizer.ggml.token_type", (int[])[.. tokens.Select((_, id) => id < tokens.Length - 3 ? 1 : id < tokens.Length - 1 ? 3 : 4)])
            .Set("tokenizer.ggml.merges", (string[])["t h"])
            .Set("tokenizer.ggml.bos_token_id", (uint)tokens.Length - 3)
            .Set("tokenizer.ggml.eos_token_id", (uint)tokens.Length - 2)
            .Random(random, "token_embd.weight", tokens.Length, Hidden)
            .Random(random, "output_norm.weight", Hidden);
        for (var layer = 0; layer < 2; layer++)
        {
            builder.Random(random, $"blk.{layer}.attn_norm.weight", Hidden).Random(random, $"blk.{layer}.ffn_norm.weight", Hidden)
                .Random(random, $"blk.{layer}.attn_q.weight", Heads * HeadSize, Hidden).Random(random, $"blk.{layer}.attn_k.weight", KvHeads * HeadSize, Hidden)
                .Random(random, $"blk.{layer}.attn_v.weight", KvHeads * HeadSize, Hidden).Random(random, $"blk.{layer}.attn_output.weight", Hidden, Heads * HeadSize)
                .Random(random, $"blk.{layer}.ffn_gate.weight", Intermediate, Hidden).Random(random, $"blk.{layer}.ffn_up.weight", Intermediate, Hidden)
                .Random(random, $"blk.{layer}.ffn_down.weight", Hidden, Intermediate);
        }

        return builder;
    }

    /// <summary>Adds a value, or replaces it; null removes it.</summary>
    public GgufBuilder Set(string key, object? value)
    {
        _values.RemoveAll(entry => entry.Key == key);
        if (value is not null) _values.Add((key, value));
        return this;
    }

    /// <summary>Adds a tensor, or replaces it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Sizes of its dimensions, outermost first.</param>
    /// <param name="type">Number of its block format.</param>
    /// <param name="data">Its blocks.</param>
    public GgufBuilder Tensor(string name, int[] shape, uint type, byte[] data)
    {
        _tensors.RemoveAll(tensor => tensor.Name == name);
        _tensors.Add((name, shape, type, data));
        return this;
    }

    private GgufBuilder Random(Random random, string name, params int[] shape)
    {
        var data = new byte[4 * shape.Aggregate(1, (product, size) => product * size)];
        for (var i = 0; i < data.Length; i += 4) BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i), random.NextSingle() - 0.5f);
        return Tensor(name, shape, 0, data);
    }

    /// <summary>The file.</summary>
    public byte[] Build()
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_values.Count);
        foreach (var (key, value) in _values)
        {
            Text(writer, key);
            Value(writer, value);
        }

        var offset = 0;
        foreach (var (name, shape, type, data) in _tensors)
        {
            Text(writer, name);
            writer.Write(shape.Length);
            foreach (var size in shape.Reverse()) writer.Write((ulong)size);
            writer.Write(type);
            writer.Write((ulong)offset);
            offset += (data.Length + 31) / 32 * 32;
        }

        foreach (var (_, _, _, data) in _tensors)
        {
            while (file.Position % 32 != 0) writer.Write((byte)0);
            writer.Write(data);
        }

        return file.ToArray();
    }

    private static void Value(BinaryWriter writer, object value)
    {
        writer.Write(TypeOf(value));
        if (value is not Array array)
        {
            Scalar(writer, value);
            return;
        }

        writer.Write(array switch { string[] => 8u, int[] => 5u, float[] => 6u, _ => throw new ArgumentException($"no array of {value.GetType()}") });
        writer.Write((ulong)array.Length);
        foreach (var item in array) Scalar(writer, item);
    }

    private static uint TypeOf(object value) => value switch { uint => 4, float => 6, bool => 7, string => 8, Array => 9, _ => throw new ArgumentException($"no value of {value.GetType()}") };

    private static void Scalar(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            default: Text(writer, (string)value); break;
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write((ulong)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }
}
