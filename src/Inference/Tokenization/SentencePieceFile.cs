using System.Text;
using Google.Protobuf;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads a SentencePiece tokenizer.model of the BPE kind with byte fallback.</summary>
internal static class SentencePieceFile
{
    private const string Space = "\u2581";

    /// <summary>Builds the pipeline.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Says what is put around a text, and which tokens there are besides the pieces.</param>
    /// <exception cref="NGrammysException">The file is damaged or of another kind.</exception>
    public static TokenizerPipeline Read(string path, TokenizerConfig config)
    {
        try
        {
            var model = SentencePieceModel.Parse(File.ReadAllBytes(path));
            RefuseUnknownModel(model);
            return Build(model, config);
        }
        catch (NotSupportedException e)
        {
            throw new NGrammysException($"'{path}' is {e.Message}, which is not supported; SentencePiece BPE with byte fallback is.", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidProtocolBufferException or FormatException)
        {
            throw new NGrammysException($"'{path}' is no SentencePiece model that can be read ({e.Message.TrimEnd('.')}); download it again.", e);
        }
    }

    private static void RefuseUnknownModel(SentencePieceModel model)
    {
        if (model.Pieces.Count == 0) throw new FormatException("it has no pieces");
        if (model.ModelType != SentencePieceModel.BytePairs)
            throw new NotSupportedException($"a SentencePiece model of the {model.ModelType switch { 1 => "Unigram", 3 => "word", 4 => "character", _ => "unknown" }} kind");
        if (!model.ByteFallback) throw new NotSupportedException("a SentencePiece model without byte fallback");
        if (model.MapsCharacters) throw new NotSupportedException($"a SentencePiece model with the normalization {model.Normalization}");
        if (model.SpaceIsSuffix) throw new NotSupportedException("a SentencePiece model that puts spaces behind words");
        if (!model.EscapesSpaces) throw new NotSupportedException("a SentencePiece model that does not escape spaces");
        if (model.Pieces.Exists(piece => piece.Type == PieceType.Unused)) throw new NotSupportedException("a SentencePiece model with unused pieces");
    }

    private static TokenizerPipeline Build(SentencePieceModel model, TokenizerConfig config)
    {
        var added = config.AddedTokens.ToDictionary(token => token.Id);
        var tokens = added.ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetBytes(entry.Value.Content));
        var (vocabulary, byteTokens) = (new Dictionary<string, int>(), new Dictionary<byte, int>());
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            var (text, _, type) = model.Pieces[id];
            var value = type == PieceType.Byte ? TokenDecoder.ByteOf(text) : null;
            tokens[id] = value ?? Encoding.UTF8.GetBytes(text.Replace(Space, " ", StringComparison.Ordinal));
            var special = type is PieceType.Control or PieceType.Unknown || config.SpecialTokens.Values.Contains(text);
            if (value is [var single]) byteTokens[single] = id;
            else if (text.Length == 0) continue;
            else if (special || type == PieceType.UserDefined) added.TryAdd(id, AddedToken(id, text, special));
            if (type is PieceType.Normal or PieceType.UserDefined && !special) vocabulary.TryAdd(text, id);
        }

        var merges = MergeTable.Ranked(vocabulary, Ranks(model.Pieces));
        return new TokenizerPipeline([.. added.Values], Normalizer(model), text => text.Replace(" ", Space, StringComparison.Ordinal))
        {
            Split = (text, _) => [text],
            Words = new ByteFallbackEncoder(vocabulary, value => ByteToken(byteTokens, value), merges),
            Before = config.AddBos && model.Beginning >= 0 ? [model.Beginning] : [],
            After = config.AddEos && model.End >= 0 ? [model.End] : [],
            Tokens = new TokenText(tokens, added.Values.Where(token => token.Special).Select(token => token.Id), model.AddsSpace),
        };
    }

    // User-defined pieces are found in the normalised text, so that no space is put between them and what follows.
    private static AddedToken AddedToken(int id, string text, bool special) => new()
    {
        Id = id,
        Content = text.Replace(Space, " ", StringComparison.Ordinal),
        Special = special,
        Normalized = !special,
    };

    private static int ByteToken(Dictionary<byte, int> tokens, byte value) =>
        tokens.TryGetValue(value, out var id) ? id : throw new FormatException($"it has no piece for the byte 0x{value:X2}");

    // Pieces of one score merge from left to right, as equals.
    private static Func<int, int> Ranks(List<Piece> pieces)
    {
        var scores = pieces.Select(piece => piece.Score).Distinct().OrderDescending().Select((score, rank) => (score, rank))
            .ToDictionary(entry => entry.score, entry => entry.rank);
        return id => scores[pieces[id].Score];
    }

    private static Func<string, string> Normalizer(SentencePieceModel model) => text =>
    {
        if (model.CollapsesSpaces) text = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? text : ((model.AddsSpace ? " " : "") + text).Replace(" ", Space, StringComparison.Ordinal);
    };
}
