using System.Buffers.Text;
using System.Globalization;
using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads tiktoken files: a line for every token, its bytes in base64 and its rank, which is its id.</summary>
/// <remarks>Such a file says nothing of words or special tokens. The vocabularies below are known by their size; no other is guessed at.</remarks>
internal static class TiktokenFile
{
    private const int MaxTokenLength = 1024;

    private static readonly Dictionary<int, Known> KnownBySize = new()
    {
        [50_256] = new(ByteLevelKind.Gpt2, [(50_256, "<|endoftext|>")]),
        [100_256] = new(ByteLevelKind.Llama3,
        [
            (100_257, "<|endoftext|>"), (100_258, "<|fim_prefix|>"), (100_259, "<|fim_middle|>"), (100_260, "<|fim_suffix|>"), (100_276, "<|endofprompt|>"),
        ]),
        [128_000] = new(ByteLevelKind.Llama3, Llama3Tokens(), Beginning: 128_000),
        [151_643] = new(ByteLevelKind.Qwen2,
            [(151_643, "<|endoftext|>"), (151_644, "<|im_start|>"), (151_645, "<|im_end|>"), .. Reserved(151_646, "extra", 0, 205)]),
        [199_998] = new(ByteLevelKind.O200k, [(199_999, "<|endoftext|>"), (200_018, "<|endofprompt|>")]),
    };

    /// <summary>Whether a file looks like one: its first line is base64, a space and a number.</summary>
    public static bool Is(string path)
    {
        using var reader = new StreamReader(path, Encoding.Latin1);
        var start = new char[1024];
        var text = new string(start, 0, reader.ReadBlock(start));
        return text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end && TryParse(text[..end], out _, out _);
    }

    /// <summary>Builds the pipeline.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Names the special tokens, if it names any, and says whether beginning-of-sequence is put first.</param>
    /// <exception cref="NGrammysException">The file is damaged, or of a vocabulary that is not known.</exception>
    public static TokenizerPipeline Read(string path, TokenizerConfig config)
    {
        var vocabulary = Vocabulary(path);
        if (!KnownBySize.TryGetValue(vocabulary.Count, out var known))
        {
            throw new NGrammysException(
                $"'{path}' is a tiktoken file of {vocabulary.Count} tokens, and does not say how text is cut into words; "
                + $"files of {string.Join(", ", KnownBySize.Keys)} tokens are known. Use the model's tokenizer.json.");
        }

        IReadOnlyList<AddedToken> added = config.AddedTokens.Count > 0
            ? config.AddedTokens
            : [.. known.Special.Select(token => new AddedToken { Id = token.Id, Content = token.Text, Special = true })];
        return known.Kind.Build(
            vocabulary, _ => MergeTable.Ranked(vocabulary, id => id), wholeWords: true, added, known.Beginning is { } id && config.AddBos ? [id] : []);
    }

    private static Dictionary<string, int> Vocabulary(string path)
    {
        var vocabulary = new Dictionary<string, int>();
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0) continue;
            // Ids in order, none missing: else the size would not tell what vocabulary it is.
            if (!TryParse(line, out var bytes, out var rank) || rank != vocabulary.Count || !vocabulary.TryAdd(ByteAlphabet.Encode(bytes), rank))
                throw new NGrammysException($"'{path}' is damaged (line {vocabulary.Count + 1} is not the token of rank {vocabulary.Count}); download it again.");
        }

        return vocabulary;
    }

    private static bool TryParse(string line, out byte[] bytes, out int rank)
    {
        (bytes, rank) = ([], 0);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || !int.TryParse(line.AsSpan(space + 1).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out rank)) return false;
        if (!Base64.IsValid(line.AsSpan(0, space))) return false;
        bytes = Convert.FromBase64String(line[..space]);
        return bytes.Length is > 0 and < MaxTokenLength;
    }

    // As Llama 3.1 and later name them; Llama 3.0 reserves the ids of the three that it does not know.
    private static (int Id, string Text)[] Llama3Tokens() =>
    [
        (128_000, "<|begin_of_text|>"), (128_001, "<|end_of_text|>"), .. Reserved(128_002, "reserved_special_token", 0, 2),
        (128_004, "<|finetune_right_pad_id|>"), .. Reserved(128_005, "reserved_special_token", 2, 1), (128_006, "<|start_header_id|>"),
        (128_007, "<|end_header_id|>"), (128_008, "<|eom_id|>"), (128_009, "<|eot_id|>"), (128_010, "<|python_tag|>"),
        .. Reserved(128_011, "reserved_special_token", 3, 245),
    ];

    private static IEnumerable<(int Id, string Text)> Reserved(int firstId, string name, int firstNumber, int count) =>
        Enumerable.Range(0, count).Select(i => (firstId + i, $"<|{name}_{firstNumber + i}|>"));

    private sealed record Known(ByteLevelKind Kind, (int Id, string Text)[] Special, int? Beginning = null);
}
