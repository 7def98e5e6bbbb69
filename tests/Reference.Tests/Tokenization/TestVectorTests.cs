using System.Globalization;
using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Tokenization;

/// <summary>Vocabularies in the files of their makers, against llama.cpp's vectors, and against what the Hugging Face library makes of the same vocabulary.</summary>
public sealed class TestVectorTests
{
    private static readonly Dictionary<string, Tokenizer> Loaded = [];

    /// <summary>Files and folders of tokenizers, and the vectors of each.</summary>
    public static TheoryData<string, string> Vectors => new()
    {
        { "tokenizers/llama2/tokenizer.model", "llama-spm" },
        { "tokenizers/llama3", "llama-bpe" },
        { "tokenizers/qwen2.5", "qwen2" },
        { "tokenizers/gpt2/gpt2.tiktoken", "gpt-2" },
        { "fixtures/tokenizers/llama-2", "llama-spm" },
        { "fixtures/tokenizers/llama-3", "llama-bpe" },
        { "fixtures/tokenizers/qwen2.5/tokenizer.json", "qwen2" },
        { "fixtures/tokenizers/gpt-2", "gpt-2" },
    };

    /// <summary>The same vocabularies in another format.</summary>
    public static TheoryData<string, string> Likenesses => new()
    {
        { "tokenizers/llama2", "llama-2" },
        { "tokenizers/llama3", "llama-3" },
        { "tokenizers/qwen2.5", "qwen2.5" },
        { "tokenizers/gpt2", "gpt-2" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Encode_gives_the_ids_of_the_vectors(string path, string vectors)
    {
        var tokenizer = Load(path);
        var file = SharedFolder.PathOf("tokenizers", "test_vectors", $"ggml-vocab-{vectors}.gguf");
        var texts = File.ReadAllText(file + ".inp").Split("\n__ggml_vocab_test__\n");
        var expected = File.ReadAllLines(file + ".out");

        Assert.Equal(46, expected.Length);
        Assert.All(expected.Zip(texts), test => Assert.Equal(
            test.First.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
            tokenizer.Encode(test.Second, addSpecial: false, parseSpecial: false)));
    }

    [Theory]
    [MemberData(nameof(Likenesses))]
    public void Encode_and_decode_give_what_the_reference_makes_of_the_same_vocabulary(string path, string fixture)
    {
        var tokenizer = Load(path);
        // The fixtures number special tokens in their own way.
        var cases = TokenizerFixtures.Cases(fixture).Where(c => !c.Text.Contains('<', StringComparison.Ordinal)).ToList();

        Assert.True(cases.Count > 150, "hardly any text is without special tokens");
        Assert.All(cases, c =>
        {
            Assert.Equal(c.Ids, tokenizer.Encode(c.Text, addSpecial: false, parseSpecial: true));
            Assert.Equal(c.IdsAddSpecial, tokenizer.Encode(c.Text, addSpecial: true, parseSpecial: true));
            Assert.Equal(c.IdsSpecialAsText, tokenizer.Encode(c.Text, addSpecial: false, parseSpecial: false));
            Assert.Equal(c.Decoded, tokenizer.Decode(c.Ids, skipSpecial: false));
            Assert.Equal(c.DecodedSkipSpecial, tokenizer.Decode(c.Ids, skipSpecial: true));
        });
    }

    private static Tokenizer Load(string path)
    {
        lock (Loaded) return Loaded.TryGetValue(path, out var tokenizer) ? tokenizer : Loaded[path] = Tokenizer.Load(SharedFolder.PathOf(path.Split('/')));
    }
}
