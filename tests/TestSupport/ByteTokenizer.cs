using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;

namespace NGrammys.TestSupport;

/// <summary>A tokenizer without a vocabulary: a token is a byte of UTF-8, and marks stand above the bytes. A message is its role's mark, its bytes, and an end.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, End).Select(value => (byte)value)];

    public const int End = 256;
    public const int User = 257;
    public const int Assistant = 258;
    public const int System = 259;
    public const int Vocabulary = 260;

    public int[] Encode(string text, bool addSpecial, bool parseSpecial) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial)
    {
        var detokenizer = new Detokenizer();
        var text = new StringBuilder();
        foreach (var id in ids) text.Append(detokenizer.Append(id));
        return text.Append(detokenizer.Flush()).ToString();
    }

    public ReadOnlySpan<byte> BytesOf(int token) => token is >= 0 and < End ? Bytes.AsSpan(token, 1) : [];

    public bool StripsLeadingSpace => false;

    public IDetokenizer CreateDetokenizer() => new Detokenizer();

    public int[] EncodeChat(IReadOnlyList<ChatMessage> messages) =>
        [.. messages.SelectMany(message => (int[])[Mark(message.Role), .. Encode(WithoutThoughts(message), false, false), End]), Assistant];

    // As templates of models that reason do: what was thought before an earlier reply is not read again.
    private static string WithoutThoughts(ChatMessage message) =>
        message.Role == "assistant" && message.Content.IndexOf("</think>", StringComparison.Ordinal) is >= 0 and var end ? message.Content[(end + 8)..] : message.Content;

    // Tools stand in front, as a message of the system's; a message of a tool reads like one of the user's.
    public int[] EncodeRendered(JsonObject variables) =>
    [
        .. variables["tools"] is { } tools ? (int[])[System, .. Encode(tools.ToJsonString(), false, false), End] : [],
        .. EncodeChat([.. variables["messages"]!.AsArray().Select(message =>
            new ChatMessage(message!["role"]!.GetValue<string>() is var role && role == "tool" ? "user" : role, message["content"]?.GetValue<string>() ?? ""))]),
    ];

    private static int Mark(string role) => role switch
    {
        "system" => System,
        "user" => User,
        "assistant" => Assistant,
        _ => throw new NGrammysException($"There is no role '{role}'."),
    };

    private sealed class Detokenizer : IDetokenizer
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public string Append(int token) => token < End ? Decode([(byte)token], flush: false) : "";

        public string Flush() => Decode([], flush: true);

        private string Decode(ReadOnlySpan<byte> bytes, bool flush)
        {
            Span<char> text = stackalloc char[4];
            return text[.._decoder.GetChars(bytes, text, flush)].ToString();
        }
    }
}
