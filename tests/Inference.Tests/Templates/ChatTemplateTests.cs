using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Templates;

namespace NGrammys.Inference.Tests.Templates;

public sealed class ChatTemplateTests(ITestOutputHelper output)
{
    private static readonly ChatMessage[] Conversation = [new("user", "hi")];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 4, 5, 6, 7, TimeSpan.Zero));

    [Fact]
    public void Render_trims_blocks_as_transformers_does() =>
        Assert.Equal("hi\n", Render("  {% for m in messages %}\n{{ m.content }}\n  {% endfor %}\n"));

    [Fact]
    public void Render_passes_on_why_a_template_refuses() =>
        Assert.Contains("System role not supported", Refusal("{{ raise_exception('System role not supported') }}"), StringComparison.Ordinal);

    [Fact]
    public void Render_tells_the_time_of_its_clock() =>
        Assert.Equal("04 Jul 2026, July, Saturday Sat, 05:06:07 AM, 4, 100% %Q", Render("{{ strftime_now('%d %b %Y, %B, %A %a, %H:%M:%S %p, %-d, 100%% %Q') }}"));

    [Fact]
    public void Render_is_the_same_from_many_threads()
    {
        var template = new ChatTemplate("{% for m in messages %}{{ m.content }};{% endfor %}", _time);
        Parallel.For(0, 50, i => Assert.Equal($"{i};", template.Render(ChatTemplate.Variables([new("user", $"{i}")]))));
    }

    [Fact]
    public void Render_works_again_after_a_refusal()
    {
        var template = new ChatTemplate("{% if messages[0].content == 'no' %}{{ raise_exception('no') }}{% endif %}yes", _time);

        Assert.Throws<ChatTemplateException>(() => template.Render(ChatTemplate.Variables([new("user", "no")])));
        Assert.Equal("yes", template.Render(ChatTemplate.Variables(Conversation)));
    }

    [Theory]
    [InlineData("{% for i in range(1000000000) %}x{% endfor %}")]
    [InlineData("{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(64) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for i in range(31) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}")]
    [InlineData("{{ 'a\nb' | indent(2000000000) }}")]
    [InlineData("{{ [1] | tojson(indent=2000000000) }}")]
    [InlineData("{% set s = range(900000) | join('x') %}{{ range(900000) | join(s) }}")]
    [InlineData("{% set s = range(900000) | join('x') %}{{ s | replace('x', s) }}")]
    [InlineData("{% set s = range(900000) | join('x') %}{% for i in range(100000) %}{{ s }}{% endfor %}")]
    [InlineData("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}")]
    public void Render_stops_a_template_that_runs_away(string source) => Refusal(source);

    [Theory]
    [InlineData("{% if %}")]
    [InlineData("{{ messages[5].content.strip() }}")]
    [InlineData("{{ constructor.constructor('return 1')() }}")]
    public void Render_of_a_template_that_fails_is_one_error(string source) =>
        Assert.DoesNotContain('\n', Refusal(source));

    [Fact]
    public void Render_of_a_template_of_endless_depth_is_one_error() => Refusal("{{ " + new string('(', 100_000));

    [Fact]
    public void Render_takes_an_undefined_value_for_an_empty_text() =>
        Assert.Equal("[][][0][]", Render("[{{ none.x.y | trim if false else missing | trim }}][{{ missing | upper }}][{{ missing | length }}][{{ missing | replace('a', 'b') }}]"));

    [Fact]
    public void Render_finds_nothing_under_an_undefined_key() =>
        Assert.Equal("none", Render("{% set d = {'a': 'b'} %}{{ 'some' if d[missing] is defined else 'none' }}"));

    [Fact]
    public void Render_loops_over_an_undefined_value_not_once() =>
        Assert.Equal("True[]", Render("{{ 'True' if missing is iterable }}[{% for m in missing %}x{% endfor %}]"));

    [Fact]
    public void Render_shows_the_special_tokens_unless_a_rendering_sets_them_itself()
    {
        var template = new ChatTemplate("{{ bos_token }}{{ eos_token }}", _time, new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" });

        Assert.Equal("<s></s>", template.Render([]));
        Assert.Equal("<s>!", template.Render(new JsonObject { ["eos_token"] = "!" }));
    }

    // What Python's json.loads and json.dumps make of them.
    [Theory]
    [InlineData("7", "7")]
    [InlineData("0.5", "0.5")]
    [InlineData("1.0", "1.0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1e3", "1000.0")]
    [InlineData("1E-7", "1e-07")]
    [InlineData("0.00012", "0.00012")]
    [InlineData("1e15", "1000000000000000.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("12345678901234567.0", "1.2345678901234568e+16")]
    [InlineData("-1e17", "-1e+17")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("-0.00001", "-1e-05")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("-123456789012345678901", "-123456789012345678901")]
    public void Render_spells_a_number_as_Python_does(string number, string spelling)
    {
        var variables = new JsonObject { ["x"] = JsonNode.Parse(number), ["d"] = JsonNode.Parse($$"""{"a": [{{number}}]}""") };

        Assert.Equal(
            $"{spelling} {spelling} {spelling} {{\"a\": [{spelling}]}}",
            new ChatTemplate("{{ x }} {{ x | tojson }} {{ d.a[0] | string }} {{ d | tojson }}", _time).Render(variables));
    }

    [Fact]
    public void Render_counts_with_numbers_of_both_kinds() =>
        Assert.Equal("2.0 2 same [2.0] nothing", new ChatTemplate("{{ x + 1 }} {{ n + 1 }} {{ 'same' if x == n }} {{ [x * 2] | tojson }} {{ 'something' if zero else 'nothing' }}", _time)
            .Render(JsonNode.Parse("""{"x": 1.0, "n": 1, "zero": 0.0}""")!.AsObject()));

    [Fact]
    public void Render_keeps_the_order_of_fields_and_every_text()
    {
        const string Json = """{"d": {"b": "\u00011.0", "10": "\u0001\u0001", "2": 3, "\u0001": "", "__proto__": 4}}""";

        Assert.Equal(
            """{"b": "\u00011.0", "10": "\u0001\u0001", "2": 3, "\u0001": "", "__proto__": 4}""",
            new ChatTemplate("{{ d | tojson }}", _time).Render(JsonNode.Parse(Json)!.AsObject()));
    }

    [Fact]
    public void Render_of_a_long_conversation_keeps_within_the_limits()
    {
        var template = new ChatTemplate("{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}{% endfor %}", _time);
        var words = string.Concat(Enumerable.Repeat("many words ", 400));

        Assert.True(template.Render(ChatTemplate.Variables(Enumerable.Repeat(new ChatMessage("user", words), 1000))).Length > 4_000_000);
    }

    [Fact]
    public void Render_of_a_mutated_template_renders_or_is_one_error()
    {
        const string Source = "{% set ns = namespace(x=1) %}{% for m in messages %}{% if m.role == 'user' and loop.first %}{{ '<' + m.role + '>' }}{% endif %}"
            + "{{ m.content | trim | upper }}{% set ns.x = ns.x + 1 %}{% endfor %}{{ messages | tojson(indent=2) }}{{ messages[0]['content'][:1] }}{{ ns.x }}";
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < 60; i++)
        {
            var source = new List<char>(Source);
            for (var k = random.Next(1, 4); k > 0; k--)
            {
                var (from, length) = (random.Next(source.Count), random.Next(1, 8));
                if (random.Next(2) == 0) source.RemoveRange(from, Math.Min(length, source.Count - from));
                else source.InsertRange(from, Source.Substring(random.Next(Source.Length - length), length));
            }

            try
            {
                Render(new string([.. source]));
            }
            catch (ChatTemplateException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 1, 60);
    }

    private string Render(string source) => new ChatTemplate(source, _time).Render(ChatTemplate.Variables(Conversation));

    private string Refusal(string source) => Assert.Throws<ChatTemplateException>(() => Render(source)).Message;
}
