using System.Text.Encodings.Web;
using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;
using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Constraints;

/// <summary>The schemas of MaskBench: all that are understood let through exactly what is valid, and most are understood.</summary>
public sealed class MaskBenchTests
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2")]
    public void Schemas_are_understood_and_hold(string vocabulary)
    {
        var tokenizer = Tokenizer.Load(SharedFolder.PathOf("tokenizers", vocabulary));
        var compiler = new ConstraintCompiler(tokenizer, tokenizer.Size);
        var (schemas, passing, wrong) = (0, 0, new List<string>());
        foreach (var line in File.ReadLines(SharedFolder.PathOf("fixtures", "json_schema", "maskbench_sample.jsonl")))
        {
            using var record = JsonDocument.Parse(line);
            schemas++;
            TokenConstraint constraint;
            try
            {
                constraint = compiler.Compile(new ConstraintSpecification(ConstraintKind.JsonSchema, record.RootElement.GetProperty("schema").GetRawText()), []);
            }
            catch (ConstraintException)
            {
                continue;
            }

            passing++;
            foreach (var test in record.RootElement.GetProperty("tests").EnumerateArray())
            {
                var text = Write(test.GetProperty("data"));
                if (Accepts(constraint, tokenizer.Encode(text, false, false)) != test.GetProperty("valid").GetBoolean()) wrong.Add($"{record.RootElement.GetProperty("name")}: {text}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(passing >= 0.95 * schemas, $"Only {passing} of {schemas} schemas are understood.");
    }

    private static bool Accepts(TokenConstraint constraint, int[] ids)
    {
        ConstraintState? state = constraint.Start;
        foreach (var id in ids)
        {
            var allowed = state.Allows(id);
            state = state.Advance(id);
            Assert.Equal(allowed, state is not null);
            if (state is null) return false;
        }

        return state.MayEnd;
    }

    // A space behind commas and colons, as the benchmark writes its instances.
    private static string Write(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Write))}]",
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Select(property => $"{JsonSerializer.Serialize(property.Name, Readable)}: {Write(property.Value)}"))}}}",
        _ => value.GetRawText(),
    };
}
