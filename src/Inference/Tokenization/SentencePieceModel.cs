using Google.Protobuf;

namespace NGrammys.Inference.Tokenization;

/// <summary>What kind of piece a SentencePiece vocabulary entry is, numbered as in its file.</summary>
internal enum PieceType
{
    Normal = 1,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

/// <summary>An entry of a SentencePiece vocabulary.</summary>
/// <param name="Text">Its text; a space is written U+2581.</param>
/// <param name="Score">The higher, the earlier it is merged.</param>
/// <param name="Type">Its kind.</param>
internal readonly record struct Piece(string Text, float Score, PieceType Type);

/// <summary>The parts of a ModelProto (sentencepiece_model.proto) that decide how text becomes pieces.</summary>
internal sealed class SentencePieceModel
{
    /// <summary>The model_type of byte pair encoding.</summary>
    public const int BytePairs = 2;

    /// <summary>Pieces by id.</summary>
    public List<Piece> Pieces { get; } = [];

    /// <summary>1 unigram, 2 byte pair encoding, 3 words, 4 characters.</summary>
    public int ModelType { get; private set; } = 1;

    /// <summary>Whether what is unknown becomes the pieces of its bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>Whether a space belongs to the word before it.</summary>
    public bool SpaceIsSuffix { get; private set; }

    /// <summary>Id of the beginning-of-sequence; negative if there is none.</summary>
    public int Beginning { get; private set; } = 1;

    /// <summary>Id of the end-of-sequence; negative if there is none.</summary>
    public int End { get; private set; } = 2;

    /// <summary>Name of the normalization.</summary>
    public string Normalization { get; private set; } = "";

    /// <summary>Whether that normalization changes characters.</summary>
    public bool MapsCharacters { get; private set; }

    /// <summary>Whether a space is put before a text.</summary>
    public bool AddsSpace { get; private set; } = true;

    /// <summary>Whether spaces are trimmed, and runs of them become one.</summary>
    public bool CollapsesSpaces { get; private set; } = true;

    /// <summary>Whether spaces are written U+2581 in pieces.</summary>
    public bool EscapesSpaces { get; private set; } = true;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no ModelProto.</exception>
    public static SentencePieceModel Parse(byte[] file)
    {
        var model = new SentencePieceModel();
        ForEach(new CodedInputStream(file), (field, input) =>
        {
            switch (field)
            {
                case 1:
                    model.Pieces.Add(ReadPiece(input));
                    return true;
                case 2:
                    ForEach(input.ReadBytes().CreateCodedInput(), model.TakeTraining);
                    return true;
                case 3:
                    ForEach(input.ReadBytes().CreateCodedInput(), model.TakeNormalization);
                    return true;
                default:
                    return false;
            }
        });
        return model;
    }

    private static void ForEach(CodedInputStream input, Func<int, CodedInputStream, bool> take)
    {
        while (input.ReadTag() is > 0 and var tag)
        {
            if (!take(WireFormat.GetTagFieldNumber(tag), input)) input.SkipLastField();
        }
    }

    private static Piece ReadPiece(CodedInputStream input)
    {
        var piece = new Piece("", 0, PieceType.Normal);
        ForEach(input.ReadBytes().CreateCodedInput(), (field, content) =>
        {
            switch (field)
            {
                case 1:
                    piece = piece with { Text = content.ReadString() };
                    return true;
                case 2:
                    piece = piece with { Score = content.ReadFloat() };
                    return true;
                case 3:
                    piece = piece with { Type = (PieceType)content.ReadEnum() };
                    return true;
                default:
                    return false;
            }
        });
        return piece;
    }

    private bool TakeTraining(int field, CodedInputStream input)
    {
        switch (field)
        {
            case 3:
                ModelType = input.ReadEnum();
                return true;
            case 24:
                SpaceIsSuffix = input.ReadBool();
                return true;
            case 35:
                ByteFallback = input.ReadBool();
                return true;
            case 41:
                Beginning = input.ReadInt32();
                return true;
            case 42:
                End = input.ReadInt32();
                return true;
            default:
                return false;
        }
    }

    private bool TakeNormalization(int field, CodedInputStream input)
    {
        switch (field)
        {
            case 1:
                Normalization = input.ReadString();
                return true;
            case 2:
                MapsCharacters = input.ReadBytes().Length > 0;
                return true;
            case 3:
                AddsSpace = input.ReadBool();
                return true;
            case 4:
                CollapsesSpaces = input.ReadBool();
                return true;
            case 5:
                EscapesSpaces = input.ReadBool();
                return true;
            default:
                return false;
        }
    }
}
