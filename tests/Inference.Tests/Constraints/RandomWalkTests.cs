using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Tests.Constraints;

/// <summary>A model that knows nothing but the masks still writes what is valid, and always comes to an end.</summary>
public sealed class RandomWalkTests
{
    private const int Seed = 90210;

    public static TheoryData<string> Schemas =>
    [
        """{"type": "object"}""",
        """{"type": "object", "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 12}, "n": {"type": "integer", "minimum": -3, "maximum": 40}, "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "maxItems": 3}}, "required": ["name", "n"], "additionalProperties": false}""",
        """{"type": "object", "properties": {"a": {"type": "number", "exclusiveMinimum": 0.125, "maximum": 99.5}, "ab": {"type": "boolean"}}, "patternProperties": {"^a": {}, "z": {"type": "null"}}, "minProperties": 2, "maxProperties": 4, "required": ["ab"]}""",
        """{"$defs": {"t": {"type": "object", "properties": {"u": {"type": "integer"}, "x": {"$ref": "#/$defs/t"}, "r": {"anyOf": [{"$ref": "#/$defs/t"}, {"type": "null"}]}}, "required": ["u", "r"], "additionalProperties": false}}, "$ref": "#/$defs/t"}""",
        """{"oneOf": [{"type": "object", "properties": {"k": {"const": "x"}, "v": {"type": "string", "pattern": "^[a-c]{2,5}$"}}, "required": ["k", "v"], "additionalProperties": false}, {"type": "object", "properties": {"k": {"const": "y"}}, "required": ["k"], "maxProperties": 1}, {"type": "array", "prefixItems": [{"type": "null"}, {"type": "string", "format": "date"}], "items": {"multipleOf": 0.5, "type": "number", "minimum": -2}, "maxItems": 4}]}""",
        """{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "not": {"required": ["b"], "properties": {"a": {"minimum": 3}}}, "dependentRequired": {"b": ["c"]}, "maxProperties": 3}""",
        """{"type": "object", "propertyNames": {"minLength": 2, "pattern": "^[^x]*$"}, "additionalProperties": {"type": ["boolean", "string"], "maxLength": 5, "pattern": "a"}, "minProperties": 1}""",
        """{"type": "array", "minItems": 3, "maxItems": 3, "items": {"type": "string", "maxLength": 30, "not": {"enum": ["", "a", "ab"]}}}""",
        """{"type": "object", "properties": {"k": {"enum": ["x", 1]}, "v": {}}, "required": ["k"], "additionalProperties": false, "if": {"properties": {"k": {"type": "string"}}}, "then": {"required": ["v"], "properties": {"v": {"type": "integer"}}}, "else": {"properties": {"v": {"type": "string", "minLength": 1}}}}""",
    ];

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Whatever_the_masks_allow_ends_in_a_valid_text(string schema)
    {
        var random = new Random(Seed);
        var constraint = Walks.Schema(schema);
        var parsed = JsonElement.Parse(schema);
        for (var i = 0; i < 60; i++)
        {
            var text = Walks.Random(constraint, random, hurry: random.Next(5, 60));
            Assert.True(PlainValidator.IsValid(parsed, JsonElement.Parse(text)), $"{text} under {schema}, seed {Seed}");
        }
    }

    [Fact]
    public void Masks_allow_exactly_the_tokens_that_advance()
    {
        var random = new Random(Seed);
        foreach (var schema in Schemas)
        {
            var constraint = Walks.Schema(schema.Data);
            for (var i = 0; i < 3; i++)
            {
                var state = constraint.Start;
                foreach (var token in Walks.Tokenizer.Encode(Walks.Random(constraint, random), false, false).Take(40))
                {
                    for (var id = 0; id < Walks.Tokenizer.Size; id++) Assert.True((state.Advance(id) is not null) == state.Allows(id), $"token {id}, seed {Seed}");
                    state = state.Advance(token)!;
                }
            }
        }
    }

    [Fact]
    public void What_is_forced_is_the_only_way_to_go_on()
    {
        var random = new Random(Seed);
        foreach (var schema in Schemas)
        {
            var constraint = Walks.Schema(schema.Data);
            var state = constraint.Start;
            foreach (var token in Walks.Tokenizer.Encode(Walks.Random(constraint, random), false, false))
            {
                var at = state;
                foreach (var value in at.Forced.ToArray())
                {
                    Assert.Equal([value], Enumerable.Range(0, 256).Where(at.Allows).Select(id => (byte)id));
                    at = at.Advance(value)!;
                }

                state = state.Advance(token)!;
            }
        }
    }
}
