using System.Text;
using Google.Protobuf;
using Microsoft.ML.Tokenizers;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads a SentencePiece tokenizer.model of the BPE kind.</summary>
internal static class SentencePieceFile
{
    private const string Space = "\u2581";

    private enum PieceType
    {
        Normal = 1,
        Unknown,
        Control,
        UserDefined,
        Unused,
        Byte,
    }

    /// <summary>Builds the pipeline.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Says what is put around a text.</param>
    /// <exception cref="NGrammysException">The file is damaged or of another kind.</exception>
    public static TokenizerPipeline Read(string path, TokenizerConfig config)
    {
        var file = File.ReadAllBytes(path);
        try
        {
            var model = LlamaTokenizer.Create(new MemoryStream(file), addBeginOfSentence: false, addEndOfSentence: false);
            return Build(model, Pieces(file), config);
        }
        catch (Exception e) when (e is ArgumentException or InvalidProtocolBufferException or InvalidOperationException)
        {
            throw new NGrammysException($"'{path}' is no SentencePiece BPE model that can be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static TokenizerPipeline Build(LlamaTokenizer model, List<(string Text, PieceType Type)> pieces, TokenizerConfig config)
    {
        var added = new List<AddedToken>();
        var tokens = new Dictionary<int, byte[]>();
        for (var id = 0; id < pieces.Count; id++)
        {
            var (text, type) = pieces[id];
            var special = type is PieceType.Control or PieceType.Unknown || config.SpecialTokens.Values.Contains(text);
            if (special || type == PieceType.UserDefined) added.Add(new AddedToken { Id = id, Content = text, Special = special });
            tokens[id] = type == PieceType.Byte && TokenDecoder.ByteOf(text) is { } value
                ? value
                : Encoding.UTF8.GetBytes(text.Replace(Space, " ", StringComparison.Ordinal));
        }

        return new TokenizerPipeline(added, model.Normalizer!.Normalize)
        {
            Split = (text, _) => [text],
            Words = new SentencePieceEncoder(model, added.Where(t => t.Special).ToList()),
            Before = config.AddBos ? [model.BeginningOfSentenceId] : [],
            After = config.AddEos ? [model.EndOfSentenceId] : [],
            Tokens = new TokenText(tokens, added.Where(t => t.Special).Select(t => t.Id), model.AddDummyPrefix),
        };
    }

    // The library keeps the types of the pieces to itself: field 1 of ModelProto, in it piece = 1 and type = 3 (sentencepiece_model.proto).
    private static List<(string Text, PieceType Type)> Pieces(byte[] file)
    {
        var pieces = new List<(string, PieceType)>();
        var input = new CodedInputStream(file);
        while (input.ReadTag() is > 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1) pieces.Add(Piece(input.ReadBytes().CreateCodedInput()));
            else input.SkipLastField();
        }

        return pieces;
    }

    private static (string Text, PieceType Type) Piece(CodedInputStream input)
    {
        var (text, type) = ("", PieceType.Normal);
        while (input.ReadTag() is > 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    text = input.ReadString();
                    break;
                case 3:
                    type = (PieceType)input.ReadEnum();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (text, type);
    }
}
