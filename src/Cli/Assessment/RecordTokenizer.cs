using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Cli.Assessment;

/// <summary>Cuts recorded text into the tokens that the model read and wrote.</summary>
internal sealed class RecordTokenizer
{
    private readonly Tokenizer _tokenizer;
    private readonly int[] _end; // empty where the end token is unknown

    private RecordTokenizer(Tokenizer tokenizer, int[] end) => (_tokenizer, _end) = (tokenizer, end);

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="path">A model folder, or a tokenizer file in one.</param>
    /// <exception cref="NGrammysException">There is none.</exception>
    public static RecordTokenizer Load(string path)
    {
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        if (!Directory.Exists(folder)) throw new NGrammysException($"There is no tokenizer '{path}': give a model folder, or the tokenizer file in it.");
        var tokenizer = Tokenizer.Load(folder);
        var end = tokenizer.Encode(EndText(folder), addSpecial: false, parseSpecial: true);
        return new RecordTokenizer(tokenizer, end.Length == 1 ? end : []);
    }

    /// <summary>Cuts a prompt and the text that followed it; what both share at the seam goes to the reply.</summary>
    public (int[] Prompt, int[] Reply) Split(string prompt, string completion)
    {
        var before = _tokenizer.Encode(prompt, addSpecial: true, parseSpecial: true);
        int[] all = [.. _tokenizer.Encode(prompt + completion, addSpecial: true, parseSpecial: true), .. _end];
        var common = before.AsSpan().CommonPrefixLength(all);
        return (all[..common], all[common..]);
    }

    /// <summary>Cuts a reply to messages. Without a chat template the messages are joined by line breaks.</summary>
    public (int[] Prompt, int[] Reply) Reply(IReadOnlyList<ChatMessage> messages, string reply)
    {
        int[] prompt;
        try
        {
            prompt = _tokenizer.EncodeChat(messages);
        }
        catch (NGrammysException)
        {
            // No template, or one that refuses this order of roles: the text is what counts here.
            return Split(string.Concat(messages.Select(message => $"{message.Role}: {message.Content}\n")) + "assistant: ", reply);
        }
        return (prompt, [.. _tokenizer.Encode(reply, addSpecial: false, parseSpecial: false), .. _end]);
    }

    private static string EndText(string folder)
    {
        const string sentencePieceEnd = "</s>";
        var path = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(path)) return sentencePieceEnd;
        using var config = JsonDocument.Parse(File.ReadAllBytes(path)); // was read by the tokenizer already
        if (!config.RootElement.TryGetProperty("eos_token", out var end)) return sentencePieceEnd;
        if (end.ValueKind == JsonValueKind.Object && end.TryGetProperty("content", out var content)) end = content;
        return end.ValueKind == JsonValueKind.String ? end.GetString()! : sentencePieceEnd;
    }
}
