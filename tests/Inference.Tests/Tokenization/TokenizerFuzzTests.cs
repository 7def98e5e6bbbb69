using System.Diagnostics;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

/// <summary>Files that were tampered with: refused in one line or usable, never a crash, a hang, or memory without bound.</summary>
public sealed class TokenizerFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const string Text = "Hello hello <s> 123\n\n  ▁ab 😀é";
    private const long MaxAllocatedBytes = 256L << 20;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(40);

    private readonly TokenizerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_of_a_mutated_file_is_refused_or_works()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var files = Files().Select(file => file.ToJsonString()).ToArray();
        var (refused, worked) = (0, 0);
        for (var i = 0; i < 400; i++)
        {
            var file = JsonNode.Parse(files[i % files.Length])!;
            for (var k = random.Next(1, 4); k > 0; k--) Mutate(file, random);
            if (Works(file.ToJsonString())) worked++;
            else refused++;
        }

        Assert.True(refused > 20 && worked > 20, $"{refused} refused, {worked} worked");
    }

    [Theory]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "(l+)+$|(.+)+x"}, "behavior": "Isolated"}""")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"String": ""}, "behavior": "9"}""")]
    [InlineData("normalizer", """{"type": "Replace", "pattern": {"String": ""}, "content": "a"}""")]
    [InlineData("decoder", """{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaa"}""")]
    [InlineData("added_tokens", """[{"id": 3, "content": null}]""")]
    [InlineData("added_tokens", """[{"id": -3, "content": "x"}]""")]
    public void Load_of_a_hostile_part_is_refused(string part, string value)
    {
        var file = TokenizerFolder.ByteLevel(["a b"]);
        file[part] = JsonNode.Parse(value);

        Assert.False(Works(file.ToJsonString(), new string('l', 40) + "!"));
    }

    [Fact]
    public void Encode_refuses_a_normalizer_that_doubles_without_end()
    {
        var file = TokenizerFolder.ByteLevel(["a b"]);
        var step = """{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}""";
        file["normalizer"] = JsonNode.Parse($$"""{"type": "Sequence", "normalizers": [{{string.Join(',', Enumerable.Repeat(step, 60))}}]}""");

        Assert.False(Works(file.ToJsonString(), "aaa"));
    }

    private bool Works(string file, string text = Text)
    {
        var (start, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            _folder.Write("tokenizer.json", file);
            var tokenizer = Tokenizer.Load(_folder.Path);
            var ids = tokenizer.Encode(text, addSpecial: true, parseSpecial: true);
            tokenizer.Decode(ids, skipSpecial: false);
            return true;
        }
        catch (NGrammysException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MaxAllocatedBytes);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, MaxTime);
        }
    }

    private static IEnumerable<JsonObject> Files()
    {
        var byteLevel = TokenizerFolder.ByteLevel(["H e", "l l"], TokenizerFolder.Special("<s>"), new JsonObject { ["content"] = "123", ["normalized"] = true });
        byteLevel["normalizer"] = JsonNode.Parse("""{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": {"String": "x"}, "content": "y"}]}""");
        byteLevel["pre_tokenizer"] = JsonNode.Parse("""
            {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true},
             {"type": "Split", "pattern": {"Regex": "\\p{L}+|\\s+(?!\\S)|."}, "behavior": "Isolated", "invert": false}, {"type": "ByteLevel", "use_regex": false}]}
            """);
        byteLevel["post_processor"] = JsonNode.Parse("""
            {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}], "special_tokens": {"<s>": {"ids": [1000]}}}
            """);
        var metaspace = TokenizerFolder.ByteFallback("▁abHelo", ["a b", "l l"]);
        metaspace["normalizer"] = null;
        metaspace["pre_tokenizer"] = JsonNode.Parse("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}""");
        return [byteLevel, TokenizerFolder.ByteFallback("▁abHelo", ["a b", "l l"]), metaspace];
    }

    // One node of the tree becomes something else. The vocabulary has most nodes and says least, so it is entered rarely.
    private static void Mutate(JsonNode file, Random random)
    {
        var node = file;
        while (true)
        {
            JsonNode? next;
            if (node is JsonObject { Count: > 0 } members)
            {
                var name = members.ElementAt(random.Next(members.Count)).Key;
                next = members[name];
                if (next is not (JsonObject { Count: < 20 } or JsonArray) || random.Next(4) == 0)
                {
                    if (random.Next(4) == 0) members.Remove(name);
                    else members[name] = Anything(random);
                    return;
                }
            }
            else if (node is JsonArray { Count: > 0 } items)
            {
                var at = random.Next(items.Count);
                next = items[at];
                if (next is not (JsonObject or JsonArray) || random.Next(4) == 0)
                {
                    items[at] = Anything(random);
                    return;
                }
            }
            else
            {
                return;
            }

            node = next;
        }
    }

    private static JsonNode? Anything(Random random) => random.Next(10) switch
    {
        0 => null,
        1 => random.Next(-2, 300),
        2 => 1e300,
        3 => "",
        4 => "a",
        5 => new JsonArray(),
        6 => new JsonObject(),
        7 => true,
        8 => new JsonObject { ["type"] = "Sequence" },
        _ => new string((char)random.Next(32, 0x3000), random.Next(1, 400)),
    };
}
