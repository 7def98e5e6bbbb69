using System.Text.Json.Nodes;

namespace NGrammys.Inference.Abstractions;

/// <summary>A message of a conversation as the model's chat template sees it.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Content">Its text.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>Role of instructions.</summary>
    public const string System = "system";

    /// <summary>Role of the person.</summary>
    public const string User = "user";

    /// <summary>Role of the model.</summary>
    public const string Assistant = "assistant";
}

/// <summary>Between text and the model's token ids. Thread-safe.</summary>
public interface ITokenizer
{
    /// <summary>Encodes text.</summary>
    /// <param name="text">Any text; lone surrogates count as U+FFFD.</param>
    /// <param name="addSpecial">Put the tokenizer's own beginning-of-sequence (and whatever its post-processor adds) around it.</param>
    /// <param name="parseSpecial">Recognise special tokens in the text. Never for text that a user typed.</param>
    int[] Encode(string text, bool addSpecial, bool parseSpecial);

    /// <summary>Decodes ids to text.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecial">Leave special tokens out.</param>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecial);

    /// <summary>The bytes of UTF-8 that a token stands for in a reply, possibly part of a code point; none for special tokens and ids outside the vocabulary.</summary>
    ReadOnlySpan<byte> BytesOf(int token);

    /// <summary>Whether a space that opens a reply is no part of its text, because encoding puts one there.</summary>
    bool StripsLeadingSpace { get; }

    /// <summary>A decoder for one reply, fed token by token. Not thread-safe.</summary>
    IDetokenizer CreateDetokenizer();

    /// <summary>Renders a conversation with the model's chat template, ready for the assistant's next message, and encodes it.
    /// Special tokens inside message contents are plain text.</summary>
    /// <exception cref="NGrammysException">The model has no chat template, or the template refuses the messages.</exception>
    int[] EncodeChat(IReadOnlyList<ChatMessage> messages);

    /// <summary>Renders a conversation with tools and whatever else a template reads, and encodes it. Special tokens in any of it are plain text.</summary>
    /// <param name="variables">What the template sees: messages, tools, add_generation_prompt.</param>
    /// <exception cref="NGrammysException">The model has no chat template, or the template refuses the conversation.</exception>
    int[] EncodeRendered(JsonObject variables);
}

/// <summary>Turns one reply's tokens into text that can be shown: never half a code point. Special tokens have no text. Not thread-safe.</summary>
public interface IDetokenizer
{
    /// <summary>Takes the next token; returns the text that is settled by it, possibly empty.</summary>
    string Append(int token);

    /// <summary>The end of the reply: returns what was held back, with U+FFFD for bytes that are no UTF-8.</summary>
    string Flush();
}
