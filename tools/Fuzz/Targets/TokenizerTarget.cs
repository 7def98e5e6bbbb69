using System.Text;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Fuzz.Targets;

/// <summary>tokenizer.json: read, then made to encode and decode.</summary>
internal static class TokenizerTarget
{
    private const string Text = "The end, don't you think? 12345 é 日本 \U0001F600<s> \r\n\n  x";

    public static FuzzTarget Create(string folder)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, "tokenizer")).FullName;
        var path = Path.Combine(own, "tokenizer.json");
        return new FuzzTarget("tokenizer.json", 0.2, [.. Seeds.Select(Encoding.UTF8.GetBytes)], Mutations.Json, input =>
        {
            File.WriteAllBytes(path, input);
            var tokenizer = Tokenizer.Load(own);
            var ids = tokenizer.Encode(Text, addSpecial: true, parseSpecial: true);
            _ = tokenizer.Decode(ids, skipSpecial: false);
            var detokenizer = tokenizer.CreateDetokenizer();
            foreach (var id in ids) detokenizer.Append(id);
            detokenizer.Flush();
        });
    }

    private static string[] Seeds { get; } =
    [
        """
        {"version":"1.0","added_tokens":[{"id":9,"content":"<s>","single_word":false,"lstrip":false,"rstrip":true,"normalized":false,"special":true}],"normalizer":{"type":"NFC"},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|\\s+"},"behavior":"Isolated","invert":false},
         {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
         "special_tokens":{"<s>":{"id":"<s>","ids":[9],"tokens":["<s>"]}}},"decoder":{"type":"ByteLevel"},
         "model":{"type":"BPE","dropout":null,"ignore_merges":true,"vocab":{"t":0,"h":1,"e":2,"th":3,"the":4,"Ġ":5,"n":6,"d":7,"en":8},"merges":["t h","th e",["e","n"]]}}
        """,
        """
        {"version":"1.0","added_tokens":[{"id":0,"content":"<unk>","special":true},{"id":1,"content":"<s>","special":true,"normalized":false}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},"pre_tokenizer":null,"post_processor":null,
         "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
         "model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,"vocab":{"<unk>":0,"<s>":1,"<0x00>":2,"<0xE6>":3,"▁":4,"t":5,"h":6,"e":7,"▁t":8,"he":9,"▁the":10},
         "merges":[["▁","t"],["h","e"],["▁t","he"]]}}
        """,
        """
        {"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},
         {"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}]},"post_processor":{"type":"ByteLevel"},"decoder":{"type":"ByteLevel"},
         "model":{"type":"BPE","continuing_subword_prefix":"","end_of_word_suffix":"","vocab":{"a":0,"b":1,"1":2,"Ġ":3},"merges":[]}}
        """,
        """
        {"version":"1.0","added_tokens":[{"id":1,"content":"<s>","special":true,"normalized":true,"lstrip":true,"single_word":true}],"normalizer":null,
         "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true},"post_processor":null,"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"},
         "model":{"type":"BPE","byte_fallback":true,"unk_token":"<unk>","vocab":{"<unk>":0,"<s>":1,"▁":2,"x":3},"merges":[]}}
        """,
    ];
}
