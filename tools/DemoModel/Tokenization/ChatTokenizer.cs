using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;
using NGrammys.DemoModel.Questions;

namespace NGrammys.DemoModel.Tokenization;

/// <summary>
/// The tokenizer of the model: byte-level BPE and the special tokens of its chat template, kept in the Hugging Face files.
/// </summary>
internal sealed class ChatTokenizer
{
    /// <summary>Begins a conversation.</summary>
    public const string Begin = "<|begin|>";

    /// <summary>Begins what the user says.</summary>
    public const string User = "<|user|>";

    /// <summary>Begins a reply.</summary>
    public const string Assistant = "<|assistant|>";

    /// <summary>Ends a reply.</summary>
    public const string End = "<|end|>";

    private const string Template =
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '<|user|>' + message['content'] | trim }}"
        + "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>' + message['content'] | trim + eos_token }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    private static readonly string[] Specials = [Begin, User, Assistant, End];
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _file;
    private readonly BpeTokenizer _tokenizer;
    private readonly Dictionary<string, int> _specialIds;

    private ChatTokenizer(JsonObject file)
    {
        _file = file;
        var vocabulary = file["model"]!["vocab"]!.AsObject().Select(entry => KeyValuePair.Create(entry.Key, entry.Value!.GetValue<int>())).ToList();
        _specialIds = file["added_tokens"]!.AsArray().ToDictionary(
            token => token!["content"]!.GetValue<string>(), token => token!["id"]!.GetValue<int>());
        _tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary.Where(entry => !_specialIds.ContainsKey(entry.Key)))
        {
            Merges = file["model"]!["merges"]!.AsArray().Select(merge => merge!.GetValue<string>()),
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(BytePairTrainer.Words, null),
        });
        VocabularySize = vocabulary.Count;
    }

    /// <summary>Number of tokens, the special ones included.</summary>
    public int VocabularySize { get; }

    /// <summary>The token that ends a reply.</summary>
    public int EndId => _specialIds[End];

    /// <summary>The token that begins a conversation.</summary>
    public int BeginId => _specialIds[Begin];

    /// <summary>Learns the vocabulary from texts.</summary>
    public static ChatTokenizer Train(IEnumerable<string> texts, int vocabularySize)
    {
        var (vocabulary, merges) = BytePairTrainer.Train(texts, vocabularySize - Specials.Length);
        var ids = new JsonObject([.. Specials.Concat(vocabulary).Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))]);
        return new(new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. Specials.Select((content, id) => new JsonObject
            {
                ["id"] = id,
                ["content"] = content,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            })]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = ByteLevel(),
            ["post_processor"] = null,
            ["decoder"] = ByteLevel(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = ids,
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
            },
        });
    }

    /// <summary>Reads tokenizer.json of a model folder.</summary>
    public static ChatTokenizer Load(string folder) =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer.json")))!.AsObject());

    /// <summary>Writes tokenizer.json and tokenizer_config.json.</summary>
    public void Save(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), _file.ToJsonString(Indented) + "\n");
        var configuration = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["bos_token"] = Begin,
            ["eos_token"] = End,
            ["add_bos_token"] = false,
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = 1024,
            ["chat_template"] = Template,
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), configuration.ToJsonString(Indented) + "\n");
    }

    /// <summary>Text to ids, special tokens not recognised.</summary>
    public IReadOnlyList<int> Encode(string text) => _tokenizer.EncodeToIds(text);

    /// <summary>Ids to text, special tokens left out.</summary>
    public string Decode(IEnumerable<int> ids) => _tokenizer.Decode(ids.Where(id => id >= Specials.Length)) ?? "";

    /// <summary>The first question of a conversation up to where the reply begins.</summary>
    public IReadOnlyList<int> EncodePrompt(string question) =>
        [_specialIds[Begin], _specialIds[User], .. Encode(question), _specialIds[Assistant]];

    /// <summary>A reply with its end.</summary>
    public IReadOnlyList<int> EncodeReply(string reply) => [.. Encode(reply), EndId];

    /// <summary>An exchange as the template writes it, each token with whether the model is to learn to say it.</summary>
    public IEnumerable<(int Id, bool Said)> EncodeExchange(Exchange exchange) =>
    [
        (_specialIds[User], false), .. Encode(exchange.Question).Select(id => (id, false)),
        (_specialIds[Assistant], false), .. EncodeReply(exchange.Reply).Select(id => (id, true)),
    ];

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = true,
        ["use_regex"] = true,
    };
}
