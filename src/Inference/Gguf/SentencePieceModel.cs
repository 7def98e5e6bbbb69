using Google.Protobuf;

namespace NGrammys.Inference.Gguf;

/// <summary>Writes a SentencePiece tokenizer.model of the BPE kind (fields of sentencepiece_model.proto).</summary>
internal static class SentencePieceModel
{
    private const int Bpe = 2;

    /// <summary>The file.</summary>
    /// <param name="pieces">Text, score and type (1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte) by id.</param>
    /// <param name="ids">Ids of the unknown, beginning and end tokens.</param>
    /// <param name="addSpace">Whether a space is put before every text.</param>
    public static byte[] Write(IReadOnlyList<(string Text, float Score, int Type)> pieces, int[] ids, bool addSpace)
    {
        return Message(model =>
        {
            foreach (var (text, score, type) in pieces)
            {
                Field(model, 1, piece =>
                {
                    piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
                    piece.WriteString(text);
                    piece.WriteTag(2, WireFormat.WireType.Fixed32);
                    piece.WriteFloat(score);
                    Number(piece, 3, type);
                });
            }

            Field(model, 2, trainer =>
            {
                Number(trainer, 3, Bpe);
                Number(trainer, 4, pieces.Count);
                Number(trainer, 35, 1); // byte_fallback
                for (var role = 0; role < ids.Length; role++) Number(trainer, 40 + role, ids[role]);
            });
            Field(model, 3, normalizer =>
            {
                Number(normalizer, 3, addSpace ? 1 : 0);
                Number(normalizer, 4, 0); // remove_extra_whitespaces
                Number(normalizer, 5, 1); // escape_whitespaces
            });
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true)) write(output);
        return bytes.ToArray();
    }

    private static void Field(CodedOutputStream output, int number, Action<CodedOutputStream> write)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Number(CodedOutputStream output, int number, int value)
    {
        output.WriteTag(number, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }
}
