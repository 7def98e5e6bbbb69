using Google.Protobuf;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

public sealed class SentencePieceTests : IDisposable
{
    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Byte = 6;
    private const string Characters = "▁ab<s>";

    private readonly TokenizerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Encode_puts_the_beginning_of_sequence_first_unless_told_otherwise()
    {
        Assert.Equal([1, Id("▁ab")], Load().Encode("ab", addSpecial: true, parseSpecial: false));
        _folder.Write("tokenizer_config.json", """{"add_bos_token": false, "add_eos_token": true}""");
        Assert.Equal([Id("▁ab"), 2], Load().Encode("ab", addSpecial: true, parseSpecial: false));
    }

    [Fact]
    public void Encode_falls_back_to_bytes()
    {
        int[] ids = [Id("▁"), 3 + 0xC3, 3 + 0xA9, Id("ab")];

        Assert.Equal(ids, Load().Encode("éab", addSpecial: false, parseSpecial: false));
        Assert.Equal("éab", Load().Decode(ids, skipSpecial: true));
    }

    [Fact]
    public void Encode_recognises_control_and_user_defined_pieces()
    {
        var tokenizer = Load();

        Assert.Equal([1, Id("▁ab"), Id("<ab>")], tokenizer.Encode("<s>ab<ab>", addSpecial: false, parseSpecial: true));
        Assert.Equal("ab<ab>", tokenizer.Decode([1, Id("▁ab"), Id("<ab>")], skipSpecial: true));
    }

    [Fact]
    public void Encode_never_merges_what_a_user_typed_into_a_control_piece()
    {
        var tokenizer = Load();

        var ids = tokenizer.Encode("a<s>b", addSpecial: false, parseSpecial: false);

        Assert.DoesNotContain(1, ids);
        Assert.Equal("a<s>b", tokenizer.Decode(ids, skipSpecial: true));
    }

    [Fact]
    public void Load_of_a_damaged_file_is_refused_or_works_and_never_fails_otherwise()
    {
        var random = new Random(4);
        var file = Model();
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var damaged = file[..random.Next(file.Length / 2, file.Length)];
            for (var k = 0; k < 3; k++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Path.Combine(_folder.Path, "tokenizer.model"), damaged);
            try
            {
                Tokenizer.Load(_folder.Path).Encode("ab a<s>é", addSpecial: true, parseSpecial: false);
            }
            catch (NGrammysException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 200);
    }

    private static int Id(string piece) => Pieces().FindIndex(p => p.Text == piece);

    // "<s" is there so that "<s>" could be reached by merging.
    private static List<(string Text, int Type)> Pieces() =>
    [
        ("<unk>", Unknown), ("<s>", Control), ("</s>", Control),
        .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", Byte)),
        .. Characters.Select(c => (c.ToString(), Normal)),
        ("ab", Normal), ("▁ab", Normal), ("<s", Normal), ("<ab>", UserDefined),
    ];

    private Tokenizer Load()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "tokenizer.model"), Model());
        return Tokenizer.Load(_folder.Path);
    }

    // ModelProto of sentencepiece_model.proto: pieces = 1 {piece = 1, score = 2, type = 3}, trainer_spec = 2 {model_type = 3, byte_fallback = 35},
    // normalizer_spec = 3 {name = 1, remove_extra_whitespaces = 4}.
    private static byte[] Model()
    {
        var pieces = Pieces().Select((piece, index) => Field(1, Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(piece.Text);
            output.WriteTag(2, WireFormat.WireType.Fixed32);
            output.WriteFloat(-index);
            output.WriteTag(3, WireFormat.WireType.Varint);
            output.WriteEnum(piece.Type);
        })));
        var trainer = Message(output =>
        {
            output.WriteTag(3, WireFormat.WireType.Varint);
            output.WriteEnum(2);
            output.WriteTag(35, WireFormat.WireType.Varint);
            output.WriteBool(true);
        });
        var normalizer = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString("identity");
            output.WriteTag(4, WireFormat.WireType.Varint);
            output.WriteBool(false);
        });
        return [.. pieces.SelectMany(p => p), .. Field(2, trainer), .. Field(3, normalizer)];
    }

    private static byte[] Field(int number, byte[] message) => Message(output =>
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true)) write(output);
        return stream.ToArray();
    }
}
