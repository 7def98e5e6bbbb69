using System.Globalization;
using System.Text;
using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Tests.Constraints;

/// <summary>Whoever sends a schema may mean harm: it is refused, or costs no more than it should.</summary>
public sealed class HostileSchemaTests
{
    public static TheoryData<string> Impossible =>
    [
        // Alternatives that multiply.
        $$"""{"allOf": [{{Join(40, i => $$"""{"anyOf": [{"required": ["a{{i}}"]}, {"required": ["b{{i}}"]}]}""")}}]}""",
        $$"""{"oneOf": [{{Join(60, i => $$"""{"required": ["a{{i}}", "b{{i}}", "c{{i}}"]}""")}}], "type": "object"}""",
        // Patterns that do.
        """{"type": "string", "pattern": "^(a|b)*a(a|b){60}$"}""",
        """{"type": "string", "pattern": "(((a{1,900}){1,900}){1,900}){1,900}"}""",
        $$"""{"type": "string", "allOf": [{{Join(70, i => $$"""{"pattern": "x{{i}}"}""")}}]}""",
        $$"""{"type": "string", "pattern": "{{string.Concat(Enumerable.Repeat("(^|a|b)", 40))}}"}""",
        // Values that are looked at again and again.
        $$"""{"enum": [{{Join(3000, i => $"{i}")}}], "minimum": 5}""",
        $$"""{"const": 1, "$ref": "#/$defs/x0", "$defs": { {{Join(40, i => $$"""
            "x{{i}}": {"anyOf": [{"$ref": "#/$defs/x{{i + 1}}", "minimum": 2}, {"$ref": "#/$defs/x{{i + 1}}"}]}
            """)}}, "x40": {"minimum": 2} } }""",
        $$"""{"allOf": [{{Join(3000, i => $$"""{"anyOf": [{"minProperties": 1}, {"required": ["a{{i}}"]}]}""")}}]}""",
        // Counts beyond reason.
        """{"type": "string", "minLength": 999999999999}""",
        """{"type": "array", "minItems": 99999999}""",
        // Depth beyond reason.
        string.Concat(Enumerable.Repeat("""{"items":""", 300)) + "1" + new string('}', 300),
        string.Concat(Enumerable.Repeat("""{"type":"object","required":["a"],"properties":{"a":""", 80)) + "{}" + string.Concat(Enumerable.Repeat("}}", 80)),
        """{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}""",
        new string(' ', (1 << 20) + 1),
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_would_cost_too_much_is_refused(string schema)
    {
        var error = Assert.Throws<ConstraintException>(() => Walks.Schema(schema));
        Assert.True(error.Message.Length < 400 && !error.Message.Contains('\n', StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public void A_great_enumeration_is_no_burden()
    {
        var constraint = Walks.Schema($$"""{"enum": [{{Join(5000, i => $"\"value number {i}\"")}}]}""");
        Assert.True(Walks.Accepts(constraint, "\"value number 4999\""));
        Assert.False(Walks.Accepts(constraint, "\"value number 5000\""));
    }

    [Fact]
    public void Many_properties_may_come_in_any_order()
    {
        var constraint = Walks.Schema($$"""{"type": "object", "additionalProperties": false, "properties": { {{Join(300, i => $$"""
            "p{{i}}": {"type": "integer"}
            """)}} }, "required": ["p299"]}""");
        Assert.True(Walks.Accepts(constraint, "{" + Join(300, i => $"\"p{299 - i}\": {i}") + "}"));
        Assert.False(Walks.Accepts(constraint, "{\"p1\": 1, \"p1\": 1, \"p299\": 1}"));
        Assert.False(Walks.Accepts(constraint, "{\"p1\": 1}"));
    }

    [Fact]
    public void Text_that_can_be_read_in_ever_more_ways_is_followed_within_bounds()
    {
        var constraint = Walks.Schema("""{"type": "array", "anyOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}, "maxItems": 50}, {"items": {"$ref": "#"}, "maxItems": 60}]}""");
        Assert.True(Walks.Accepts(constraint, new string('[', 30) + new string(']', 30)));
    }

    [Fact]
    public void Arrays_lie_no_deeper_than_readers_go_and_still_end()
    {
        var constraint = Walks.Schema("{}");
        var state = constraint.Start;
        var text = new StringBuilder();
        while (state.Advance('[') is { } deeper)
        {
            state = deeper;
            text.Append('[');
        }

        Assert.InRange(text.Length, 60, 64);
        for (var i = 0; !state.MayEnd; i++)
        {
            Assert.True(i < 100, "It does not end.");
            state = state.Advance(']')!;
            text.Append(']');
        }

        Assert.Equal(JsonValueKind.Array, JsonElement.Parse(text.ToString()).ValueKind);
    }

    [Fact]
    public void States_are_forgotten_and_found_again()
    {
        // Every length is a state of its own, far more than are kept.
        var constraint = Walks.Schema("""{"type": "string", "maxLength": 60000}""");
        var early = constraint.Start.Advance('"')!;
        var state = early;
        for (var i = 0; i < 20_000; i++)
        {
            state = state.Advance('a')!;
            if (i % 100 == 0) Assert.True(state.Allows('"'));
        }

        Assert.True(early.Allows('a'));
        Assert.True(early.Advance('"')!.MayEnd);
        Assert.True(Walks.Accepts(constraint, "\"" + new string('a', 60_000) + "\""));
        Assert.False(Walks.Accepts(constraint, "\"" + new string('a', 60_001) + "\""));
    }

    private static string Join(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item)).ToString(CultureInfo.InvariantCulture);
}
