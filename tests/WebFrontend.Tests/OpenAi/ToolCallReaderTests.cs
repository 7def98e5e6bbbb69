using System.Text.Json;
using NGrammys.WebFrontend.OpenAi;
using NGrammys.WebFrontend.OpenAi.Chat;

namespace NGrammys.WebFrontend.Tests.OpenAi;

public sealed class ToolCallReaderTests
{
    private static readonly ChatTools Tools = Read("""{"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}]}""");

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("a < b <tool", "a < b <tool")]
    [InlineData("""<tool_call>{"name":"f","arguments":{"a":1}}</tool_call>""", "", "f", """{"a":1}""")]
    [InlineData("""Look:<tool_call>{"name":"f","arguments":{}}</tool_call><tool_call>{"name":"g","arguments":"{}"}</tool_call>""", "Look:", "f", "{}", "g", "{}")]
    [InlineData("""<tool_call>{"name":"f","arguments":{}}""", "", "f", "{}")]
    [InlineData("""{"name":"f","parameters":{"a":"b"}}""", "", "f", """{"a":"b"}""")]
    [InlineData("""[{"name":"f","arguments":{}},{"name":"g","arguments":{}}]""", "", "f", "{}", "g", "{}")]
    [InlineData("""{"name":"unknown","arguments":{}}""", """{"name":"unknown","arguments":{}}""")]
    [InlineData("""<tool_call>{"name":"unknown"}</tool_call>""", """<tool_call>{"name":"unknown"}</tool_call>""")]
    [InlineData("""{"answer":42}""", """{"answer":42}""")]
    [InlineData("""say {"name":"f","arguments":{}}""", """say {"name":"f","arguments":{}}""")]
    public void Reading_does_not_depend_on_how_the_text_is_cut(string written, string text, params string[] calls)
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var reader = new ToolCallReader(Tools);
            var shown = "";
            for (var at = 0; at < written.Length;)
            {
                var length = random.Next(1, written.Length - at + 1);
                shown += reader.Append(written.Substring(at, length));
                at += length;
            }

            var (rest, called) = reader.Finish();
            Assert.Equal(text, shown + rest);
            Assert.Equal(calls, called.SelectMany(call => (string[])[call.Name, call.Arguments]));
        }
    }

    [Fact]
    public void Text_that_cannot_be_a_call_is_shown_at_once() => Assert.Equal("Hello ", new ToolCallReader(Tools).Append("Hello <tool"));

    [Fact]
    public void Only_the_first_call_counts_where_several_are_not_wanted()
    {
        var reader = new ToolCallReader(Read("""{"tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false}"""));
        reader.Append("""[{"name":"f","arguments":{"a":1}},{"name":"f","arguments":{"a":2}}]""");

        Assert.Equal("""{"a":1}""", Assert.Single(reader.Finish().Calls).Arguments);
    }

    private static ChatTools Read(string body) => ChatTools.Read(new Fields(JsonSerializer.Deserialize<JsonElement>(body)));
}
