using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Templates;

namespace NGrammys.Inference.Tokenization;

/// <summary>The tokenizer and chat template of a Hugging Face folder.</summary>
public sealed class Tokenizer : ITokenizer
{
    private readonly TokenizerPipeline _pipeline;
    private readonly ChatTemplate? _template;
    private readonly SpecialTextMarker _marker;

    private Tokenizer(TokenizerPipeline pipeline, TokenizerConfig config, TimeProvider time)
    {
        (_pipeline, _marker) = (pipeline, new SpecialTextMarker(pipeline));
        _template = config.ChatTemplate is { } source ? new ChatTemplate(source, time, config.SpecialTokens) : null;
    }

    /// <summary>Loads the tokenizer of a folder: tokenizer.json, or else tokenizer.model, a .tiktoken file, or vocab.json with merges.txt.</summary>
    /// <param name="path">A folder, or one of these files: what stands beside it in its folder counts all the same.</param>
    /// <param name="time">Clock of templates that print the date; the system's unless given.</param>
    /// <exception cref="NGrammysException">A file is missing, damaged, or asks for something that is not supported.</exception>
    public static Tokenizer Load(string path, TimeProvider? time = null)
    {
        var file = File.Exists(path) ? path : FileIn(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var config = TokenizerConfig.Read(folder);
        var pipeline = Path.GetFileName(file) switch
        {
            VocabularyFiles.Vocabulary or VocabularyFiles.Merges => VocabularyFiles.Read(folder, config),
            var name when name.EndsWith(".json", StringComparison.Ordinal) => TokenizerJson.Read(file, [.. config.SpecialTokens.Values]),
            _ when TiktokenFile.Is(file) => TiktokenFile.Read(file, config),
            _ => SentencePieceFile.Read(file, config),
        };
        return new Tokenizer(pipeline, config, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecial, bool parseSpecial) => _pipeline.Encode(text, addSpecial, parseSpecial);

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial) => _pipeline.Decode(ids, skipSpecial);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int token) => _pipeline.Tokens.IsSpecial(token) ? [] : _pipeline.Tokens[token];

    /// <summary>One more than the largest id. A model may tell more apart, which stand for nothing.</summary>
    public int Size => _pipeline.Tokens.Size;

    /// <inheritdoc/>
    public bool StripsLeadingSpace => _pipeline.Tokens.StripsLeadingSpace;

    /// <inheritdoc/>
    public IDetokenizer CreateDetokenizer() => new IncrementalDetokenizer(_pipeline.Tokens, skipSpecial: true);

    /// <inheritdoc/>
    public int[] EncodeChat(IReadOnlyList<ChatMessage> messages) => EncodeRendered(ChatTemplate.Variables(messages));

    /// <inheritdoc/>
    public int[] EncodeRendered(JsonObject variables)
    {
        if (_template is null) throw new NGrammysException("The model has no chat template: it continues text, it does not converse.");
        var marked = _marker.Mark(variables, _template.Source, out var mark);
        return _pipeline.Encode(_template.Render(marked), addSpecial: false, parseSpecial: true, mark);
    }

    private static string FileIn(string folder)
    {
        if (!Directory.Exists(folder)) throw new NGrammysException($"There is no tokenizer '{folder}'; name a folder that holds one, or its file.");
        string[] files =
        [
            Path.Combine(folder, "tokenizer.json"), Path.Combine(folder, "tokenizer.model"),
            .. Directory.EnumerateFiles(folder, "*.tiktoken").Order(StringComparer.Ordinal), Path.Combine(folder, VocabularyFiles.Vocabulary),
        ];
        return files.FirstOrDefault(File.Exists) ?? throw new NGrammysException(
            $"'{folder}' holds no tokenizer: tokenizer.json, tokenizer.model, a .tiktoken file, or vocab.json with merges.txt is needed.");
    }
}
