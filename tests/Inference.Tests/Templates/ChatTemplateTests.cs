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
