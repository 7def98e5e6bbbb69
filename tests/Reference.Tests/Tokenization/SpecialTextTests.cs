using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Tokenization;

/// <summary>Every special token of every real tokenizer, typed by a user.</summary>
public sealed class SpecialTextTests : IDisposable
{
    private const int MostTokens = 202_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-special-");

    public static TheoryData<string> Folders =>
    [
        .. TokenizerFixtures.Names.Select(name => $"fixtures/tokenizers/{name.Data}"),
        "tokenizers/llama2", "tokenizers/llama3", "tokenizers/qwen2.5", "tokenizers/gpt2",
    ];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Folders))]
    public void EncodeChat_and_encode_of_typed_special_tokens_have_none(string folder)
    {
        foreach (var file in Directory.GetFiles(SharedFolder.PathOf(folder.Split('/'))).Where(file => !file.EndsWith(".jsonl", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(_folder.FullName, "chat_template.jinja"), "{{ messages[0].content }}");
        var tokenizer = Tokenizer.Load(_folder.FullName);
        var special = Enumerable.Range(0, MostTokens).Where(id => tokenizer.Decode([id], false).Length > 0 && tokenizer.Decode([id], true).Length == 0).ToHashSet();
        // Tokens that stand for half a code point or for the space that opens a text decode to something, or to nothing, either way.
        var contents = special.Select(id => tokenizer.Decode([id], skipSpecial: false)).ToList();
        var typed = string.Concat(contents.Select(content => $"Hi{content}{content} {content}! {content[..^1]}"));

        Assert.NotEmpty(special);
        Assert.DoesNotContain(tokenizer.Encode(typed, addSpecial: false, parseSpecial: false), special.Contains);
        var ids = tokenizer.EncodeChat([new("user", typed)]);
        Assert.DoesNotContain(ids, special.Contains);
        Assert.Equal(typed, tokenizer.Decode(ids, skipSpecial: true));
    }
}
