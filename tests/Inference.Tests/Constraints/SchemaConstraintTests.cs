using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Tests.Constraints;

public sealed class SchemaConstraintTests
{
    public static TheoryData<string, string[], string[]> Cases => new()
    {
        { """{}""", ["1", "null", "[]", "{}", "\"a\\n\\u00e9é😀\"", "-0.5e+3", "[1, [true, {\"a\": {}}]]"], ["", "nul", "01", "[1,]", "{\"a\" 1}", "\"\n\"", "\"\\x\"", "1.", "{a: 1}", "\"\\ud800\""] },
        { """{"type": ["integer", "null"]}""", ["0", "-12", "null"], ["1.5", "-", "00", "true", "\"1\""] },
        { """{"type": "integer", "minimum": -5, "exclusiveMaximum": 120}""", ["-5", "0", "119", "9"], ["-6", "120", "1000", "-50"] },
        { """{"type": "number", "exclusiveMinimum": 0.25, "maximum": 3}""", ["0.26", "3", "3.0", "1.75", "0.2500001"], ["0.25", "0.2", "3.01", "-1", "30", "0.250"] },
        { """{"type": "number", "multipleOf": 0.05, "minimum": 0}""", ["0", "0.05", "1.25", "1.250", "20"], ["0.01", "1.251", "-0.05"] },
        { """{"type": "integer", "multipleOf": 7, "maximum": 100}""", ["0", "7", "98", "-14"], ["1", "105", "-1"] },
        { """{"type": "string", "minLength": 2, "maxLength": 3}""", ["\"ab\"", "\"é😀\"", "\"\\u00e9\\ud83d\\ude00\\n\""], ["\"a\"", "\"abcd\"", "\"\"", "\"😀😀😀😀\""] },
        { """{"type": "string", "pattern": "^a[^b]*$", "maxLength": 4}""", ["\"a\"", "\"acdé\""], ["\"ab\"", "\"acdef\"", "\"b\""] },
        { """{"type": "string", "pattern": "b+"}""", ["\"abbc\"", "\"b\""], ["\"\"", "\"ac\""] },
        { """{"type": "string", "format": "date"}""", ["\"2024-02-29\"", "\"1999-12-31\""], ["\"2023-02-29\"", "\"1900-02-29\"", "\"2024-13-01\"", "\"24-01-01\""] },
        { """{"type": "string", "format": "ipv6"}""", ["\"::1\"", "\"1:2:3:4:5:6:7:8\"", "\"::ffff:1.2.3.4\""], ["\"1:2:3\"", "\":::\"", "\"12345::\""] },
        { """{"type": "string", "format": "uri"}""", ["\"http://a.b/c?d=e#f\"", "\"mailto:x@y.z\""], ["\"a b\"", "\"//x\"", "\"http://[::1\""] },
        { """{"type": "string", "format": "of-our-own"}""", ["\"anything\""], ["1"] },
        { """{"type": "string", "enum": ["a", "ab", "c\"d"]}""", ["\"a\"", "\"ab\"", "\"c\\\"d\""], ["\"b\"", "\"abc\"", "\"\""] },
        { """{"enum": [1, "x", null, {"a": [1.50]}, 7], "not": {"const": 7}}""", ["1", "1.0", "\"x\"", "null", "{\"a\": [1.5]}"], ["7", "{\"a\": [1]}", "2", "{}"] },
        { """{"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 2}""", ["[true]", "[true, false]", "[\n    true\n]"], ["[]", "[true, true, true]", "[1]", "[true,]"] },
        { """{"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": false, "minItems": 1}""", ["[1]", "[1, 2]"], ["[]", "[2]", "[1, 2, 3]"] },
        { """{"items": [{"type": "null"}], "additionalItems": {"type": "integer"}, "type": "array"}""", ["[]", "[null, 1, 2]"], ["[1]", "[null, null]"] },
        { """{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "null"}}, "required": ["a"], "additionalProperties": false}""", ["{\"a\": 1}", "{\"b\": null, \"a\": 1}", "{\"a\": 1,\"b\":null}"], ["{}", "{\"b\": null}", "{\"a\": 1, \"a\": 2}", "{\"a\": 1, \"c\": 1}", "{\"a\": \"1\"}"] },
        { """{"type": "object", "properties": {"aa": {"type": "integer"}}, "additionalProperties": {"type": "string"}}""", ["{}", "{\"aa\": 1, \"a\": \"\", \"aaa\": \"\"}"], ["{\"aa\": \"\"}", "{\"a\": 1}", "{\"ab\": 1}"] },
        { """{"type": "object", "patternProperties": {"^x": {"type": "integer"}, "y$": {"maximum": 3}}, "additionalProperties": false}""", ["{\"x\": 9}", "{\"xy\": 3, \"y\": \"s\"}"], ["{\"xy\": 4}", "{\"x\": \"\"}", "{\"z\": 1}"] },
        { """{"type": "object", "minProperties": 1, "maxProperties": 2, "required": ["r"]}""", ["{\"r\": 1}", "{\"q\": 1, \"r\": 1}"], ["{}", "{\"p\": 1, \"q\": 1}", "{\"r\": 1, \"p\": 1, \"q\": 1}"] },
        { """{"type": "object", "propertyNames": {"pattern": "^[a-c]+$", "maxLength": 2}}""", ["{\"ab\": 1}", "{}"], ["{\"abc\": 1}", "{\"d\": 1}"] },
        { """{"type": "object", "dependentRequired": {"a": ["b"]}}""", ["{}", "{\"b\": 1}", "{\"b\": 1, \"a\": 1}", "{\"a\": 1, \"b\": 1}"], ["{\"a\": 1}"] },
        { """{"allOf": [{"properties": {"a": {"minimum": 3}}}, {"properties": {"a": {"type": "integer"}}, "required": ["a"]}], "type": "object"}""", ["{\"a\": 3}"], ["{\"a\": 2}", "{\"a\": 3.5}", "{}"] },
        { """{"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]}""", ["5", "\"a\""], ["\"ab\"", "null"] },
        { """{"oneOf": [{"type": "number", "minimum": 2}, {"type": "number", "maximum": 5}]}""", ["1", "6"], ["3", "2", "5"] },
        { """{"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}""", ["{\"a\": 1}", "{\"b\": 1, \"c\": 2}"], ["{}", "{\"a\": 1, \"b\": 1}"] },
        { """{"type": "object", "properties": {"k": {"enum": ["x", "y"]}}, "required": ["k"], "if": {"properties": {"k": {"const": "x"}}}, "then": {"required": ["v"]}, "else": {"properties": {"v": false}}}""", ["{\"k\": \"y\"}", "{\"k\": \"x\", \"v\": 1}", "{\"v\": 1, \"k\": \"x\"}"], ["{\"k\": \"x\"}", "{\"k\": \"y\", \"v\": 1}", "{}"] },
        { """{"type": "string", "not": {"pattern": "a"}}""", ["\"\"", "\"bc\""], ["\"bac\"", "1"] },
        { """{"$ref": "#/$defs/list", "$defs": {"list": {"type": "object", "properties": {"next": {"$ref": "#/$defs/list"}, "v": {"type": "integer"}}, "required": ["v"], "additionalProperties": false}}}""", ["{\"v\": 1}", "{\"v\": 1, \"next\": {\"next\": {\"v\": 3}, \"v\": 2}}"], ["{\"next\": {\"v\": 1}}", "{\"v\": 1, \"next\": {}}"] },
        { """{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "type": "string", "definitions": {"a": {"type": "integer"}}}""", ["1"], ["\"a\""] },
        { """{"$id": "http://x/y", "$ref": "z", "$defs": {"z": {"$id": "z", "items": {"$ref": "#/$defs/w"}, "type": "array", "$defs": {"w": {"$anchor": "w", "const": 1}}}}}""", ["[1]"], ["[2]"] },
        { """{"type": "object", "title": "t", "description": "d", "x-of-ours": [1], "readOnly": true}""", ["{}"], ["[]"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Schema_lets_through_exactly_what_is_valid(string schema, string[] valid, string[] invalid)
    {
        var constraint = Walks.Schema(schema);
        Assert.All(valid, text => Assert.True(Walks.Accepts(constraint, text), $"{schema} refuses {text}"));
        Assert.All(invalid, text => Assert.False(Walks.Accepts(constraint, text), $"{schema} lets {text} through"));
    }

    [Fact]
    public void Json_mode_is_any_object()
    {
        var constraint = Walks.Compile(new ConstraintSpecification(ConstraintKind.Json));
        Assert.True(Walks.Accepts(constraint, "{\"a\": [1, {\"b\": null}]}"));
        Assert.False(Walks.Accepts(constraint, "[1]"));
        Assert.False(Walks.Accepts(constraint, "{} "));
    }

    [Theory]
    [InlineData("""{"contains": {"type": "null"}}""", "contains")]
    [InlineData("""{"type": "array", "uniqueItems": true}""", "uniqueItems")]
    [InlineData("""{"allOf": [{"type": "object"}], "unevaluatedProperties": false}""", "unevaluatedProperties")]
    [InlineData("""{"$dynamicRef": "#a"}""", "$dynamicRef")]
    [InlineData("""{"type": "string", "format": "iri"}""", "format")]
    [InlineData("""{"type": "string", "pattern": "(?<=a)b"}""", "pattern")]
    [InlineData("""{"$ref": "https://example.org/s.json"}""", "$ref")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "$ref")]
    [InlineData("""{"$ref": "#"}""", "$ref")]
    [InlineData("""{"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}""", "$ref")]
    [InlineData("""{"type": "text"}""", "type")]
    [InlineData("""{"required": true}""", "required")]
    [InlineData("""{"type": "string", "minLength": -1}""", "minLength")]
    [InlineData("""{"type": "number", "minimum": 1e99999}""", "minimum")]
    [InlineData("""{"type": "number", "multipleOf": 0}""", "multipleOf")]
    [InlineData("""{"type": "object", "not": {"patternProperties": {"a": {"type": "null"}}}}""", "not")]
    [InlineData("""{"$schema": "http://json-schema.org/draft-03/schema#"}""", "$schema")]
    [InlineData("""{"properties": {"a": 1}}""", "schema")]
    [InlineData("""{"type": "integer", "minimum": 3, "maximum": 2}""", "schema")]
    [InlineData("""{"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}""", "schema")]
    [InlineData("""false""", "schema")]
    [InlineData("""{"type": """, "schema")]
    public void What_is_not_understood_or_cannot_be_is_refused_by_the_keyword(string schema, string keyword)
    {
        var error = Assert.Throws<ConstraintException>(() => Walks.Schema(schema));
        Assert.Equal(keyword, error.Keyword);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void The_same_constraint_is_compiled_once_and_stop_tokens_are_part_of_it()
    {
        var compiler = new ConstraintCompiler(Walks.Tokenizer, Walks.Tokenizer.Size);
        var specification = new ConstraintSpecification(ConstraintKind.JsonSchema, """{"const": 1}""");
        var constraint = compiler.Compile(specification, [WordTokenizer.End]);
        Assert.Same(constraint, compiler.Compile(specification with { }, [WordTokenizer.End]));
        Assert.NotSame(constraint, compiler.Compile(specification, []));
        for (var i = 0; i < 40; i++) compiler.Compile(new ConstraintSpecification(ConstraintKind.Regex, $"a{i}"), []);
        Assert.NotSame(constraint, compiler.Compile(specification, [WordTokenizer.End]));
    }
}
