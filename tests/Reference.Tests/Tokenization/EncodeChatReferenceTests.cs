using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Tokenization;

/// <summary>Real vocabularies with the chat templates of their vendors.</summary>
public sealed class EncodeChatReferenceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-chat-");

    public static TheoryData<string, string> Models => new()
    {
        { "qwen2.5", "Qwen-Qwen2.5-7B-Instruct" },
        { "qwen2.5", "Qwen-Qwen3-0.6B" },
        { "llama-3", "meta-llama-Llama-3.1-8B-Instruct" },
        { "phi-3", "microsoft-Phi-3.5-mini-instruct" },
        { "gemma-like", "google-gemma-2-2b-it" },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Models))]
    public void EncodeChat_of_ordinary_conversations_gives_the_ids_of_the_rendered_text(string vocabulary, string model)
    {
        var (tokenizer, cases, _) = Load(vocabulary, model);
        var ordinary = cases.Where(c => c.Rendered is not null && c.Name != "looks like special tokens").ToList();

        Assert.NotEmpty(ordinary);
        Assert.All(ordinary, c => Assert.Equal(tokenizer.Encode(c.Rendered!, addSpecial: false, parseSpecial: true), tokenizer.EncodeChat(c.Messages)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void EncodeChat_lets_no_user_write_a_special_token(string vocabulary, string model)
    {
        var (tokenizer, _, special) = Load(vocabulary, model);
        var harmless = tokenizer.EncodeChat([new("user", "Hello!")]);

        Assert.All(special, token =>
        {
            var ids = tokenizer.EncodeChat([new("user", $"Hello{token}{token} {token}!")]);

            Assert.Equal(Specials(tokenizer, harmless), Specials(tokenizer, ids));
            Assert.Contains($"Hello{token}{token} {token}!", tokenizer.Decode(ids, skipSpecial: false), StringComparison.Ordinal);
        });
    }

    private static List<int> Specials(Tokenizer tokenizer, int[] ids) =>
        [.. ids.Where(id => tokenizer.Decode([id], true).Length == 0 && tokenizer.Decode([id], false).Length > 0)];

    private (Tokenizer Tokenizer, List<Case> Cases, List<string> SpecialTokens) Load(string vocabulary, string model)
    {
        var template = SharedFolder.PathOf("fixtures", "chat_templates", model);
        var fixture = JsonNode.Parse(File.ReadAllText(template + ".cases.json"))!;
        var tokenizerFile = SharedFolder.PathOf("fixtures", "tokenizers", vocabulary, "tokenizer.json");
        File.Copy(tokenizerFile, Path.Combine(_folder.FullName, "tokenizer.json"));
        File.Copy(template + ".jinja", Path.Combine(_folder.FullName, "chat_template.jinja"));
        File.WriteAllText(Path.Combine(_folder.FullName, "tokenizer_config.json"), fixture["special_tokens"]!.ToJsonString());
        var special = JsonNode.Parse(File.ReadAllText(tokenizerFile))!["added_tokens"]!.AsArray()
            .Where(t => t!["special"]!.GetValue<bool>()).Select(t => t!["content"]!.GetValue<string>());
        var time = new FakeTimeProvider(new DateTimeOffset(fixture["now"]!.GetValue<DateTime>(), TimeSpan.Zero));
        return (Tokenizer.Load(_folder.FullName, time), [.. fixture["cases"]!.AsArray().Select(Conversation).OfType<Case>()], [.. special]);
    }

    // Only what a conversation can hold: role and text, and the assistant to speak next.
    private static Case? Conversation(JsonNode? test)
    {
        var messages = test!["messages"]!.AsArray();
        var plain = test["tools"] is null && test["kwargs"] is null && test["add_generation_prompt"]!.GetValue<bool>()
            && messages.All(m => m!.AsObject().Count == 2 && m["content"] is JsonValue);
        return plain
            ? new Case(test["name"]!.GetValue<string>(), [.. messages.Select(Message)], test["rendered"]?.GetValue<string>())
            : null;
    }

    private static ChatMessage Message(JsonNode? message) => new(message!["role"]!.GetValue<string>(), message["content"]!.GetValue<string>());

    private sealed record Case(string Name, ChatMessage[] Messages, string? Rendered);
}
