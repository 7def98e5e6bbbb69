using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Templates;

namespace NGrammys.Inference.Tests.Templates;

public sealed class ChatTemplateTests
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
        Parallel.For(0, 50, i => Assert.Equal($"{i};", template.Render([new("user", $"{i}")], new Dictionary<string, string>())));
    }

    [Fact]
    public void Render_works_again_after_a_refusal()
    {
        var template = new ChatTemplate("{% if messages[0].content == 'no' %}{{ raise_exception('no') }}{% endif %}yes", _time);

        Assert.Throws<NGrammysException>(() => template.Render([new("user", "no")], new Dictionary<string, string>()));
        Assert.Equal("yes", template.Render(Conversation, new Dictionary<string, string>()));
    }

    [Theory]
    [InlineData("{% for i in range(1000000000) %}x{% endfor %}")]
    [InlineData("{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(64) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}")]
    [InlineData("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}")]
    public void Render_stops_a_template_that_runs_away(string source) => Refusal(source);

    [Theory]
    [InlineData("{% if %}")]
    [InlineData("{{ messages[5].content.strip() }}")]
    [InlineData("{{ constructor.constructor('return 1')() }}")]
    public void Render_of_a_template_that_fails_is_one_error(string source) =>
        Assert.DoesNotContain('\n', Refusal(source));

    private string Render(string source) => new ChatTemplate(source, _time).Render(Conversation, new Dictionary<string, string>());

    private string Refusal(string source) => Assert.Throws<NGrammysException>(() => Render(source)).Message;
}
