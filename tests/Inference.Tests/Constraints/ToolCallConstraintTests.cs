using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Tests.Constraints;

public sealed class ToolCallConstraintTests
{
    private const string Schema = """{"anyOf":[{"type":"object","properties":{"name":{"const":"paint"},"arguments":{"type":"object","properties":{"with":{"enum":["red","green"]}},"required":["with"],"additionalProperties":false}},"required":["name","arguments"],"additionalProperties":false}]}""";
    private const string Red = """{"name":"paint","arguments":{"with":"red"}}""";
    private const string Blue = """{"name":"paint","arguments":{"with":"blue"}}""";
    private const string Walk = """{"name":"walk","arguments":{}}""";

    [Theory]
    [InlineData("")]
    [InlineData("Hello, world.")]
    [InlineData("  \n leading blanks")]
    [InlineData("a {brace} and [brackets] later")]
    [InlineData("é 日 <b>bold</b> 1 < 2 << 3 <tool <tool_cal")]
    [InlineData("<")]
    [InlineData(Red)]
    [InlineData($"\n{Red}")]
    [InlineData($"[{Red}]")]
    [InlineData($"[{Red}, {Red}]")]
    [InlineData($"<tool_call>\n{Red}\n</tool_call>")]
    [InlineData($"Let me see. <<tool_call>{Red}</tool_call>")]
    [InlineData($"Two: <tool_call>{Red}</tool_call>\n<tool_call>{Red}</tool_call>")]
    public void Texts_and_valid_calls_are_accepted(string reply) => Assert.True(Walks.Accepts(Compile(), reply));

    [Theory]
    [InlineData(Blue)]
    [InlineData(Walk)]
    [InlineData($"{Red} and more")]
    [InlineData($"[{Blue}]")]
    [InlineData($"[{Red},]")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[a note] first")]
    [InlineData($"<tool_call>{Blue}</tool_call>")]
    [InlineData($"Let me see. <tool_call>{Walk}</tool_call>")]
    [InlineData($"<tool_call>{Red}</tool_call><tool_call>{Blue}</tool_call>")]
    [InlineData($"<tool_call>{Red}")]
    [InlineData("<tool_call>")]
    [InlineData($"<tool_call>{Red}</tool_call> That was it.")]
    [InlineData($"<tool_call>\n\n\n{Red}</tool_call>")]
    public void Whatever_calls_otherwise_is_not(string reply) => Assert.False(Walks.Accepts(Compile(), reply));

    [Fact]
    public void Every_walk_along_the_masks_ends_and_was_allowed()
    {
        const int Seed = 73;
        var random = new Random(Seed);
        var constraint = Compile();
        for (var i = 0; i < 50; i++) Assert.True(Walks.Accepts(constraint, Walks.Random(constraint, random, hurry: 40)), $"seed {Seed}");
    }

    [Fact]
    public void A_schema_that_no_call_fulfils_is_refused() =>
        Assert.Throws<ConstraintException>(() => Walks.Compile(new ConstraintSpecification(ConstraintKind.ToolCalls, "false")));

    private static TokenConstraint Compile() => Walks.Compile(new ConstraintSpecification(ConstraintKind.ToolCalls, Schema));
}
