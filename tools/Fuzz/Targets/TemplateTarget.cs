using System.Text;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Templates;

namespace NGrammys.Fuzz.Targets;

/// <summary>Chat templates: pieces doubled, dropped and exchanged, so that most still parse and some run away.</summary>
internal static class TemplateTarget
{
    private static readonly string[] Pieces =
    [
        "{% for m in messages %}", "{% endfor %}", "{% if loop.first %}", "{% else %}", "{% endif %}", "{{ m.content }}", "{{ m['role'] | upper }}", "{{ 7 ** 9999 }}", "{{ 'x' * 1000000000 }}",
        "{% for i in range(1000000000) %}", "{% for i in range(9) %}", "{% set ns = namespace(a=0) %}", "{% set ns.a = ns.a + 1 %}", "{{ raise_exception('no') }}", "{{ bos_token }}",
        "{{ strftime_now('%d %b %Y') }}", "{{ strftime_now('%') }}", "{{ messages | tojson }}", "{{ messages[99].content }}", "{{ undefined.a.b }}", "{% macro f(x) %}{{ f(x) }}{% endmacro %}", "{{ f(1) }}",
        "{{ messages | map(attribute='content') | join(', ') }}", "{%- if not add_generation_prompt is defined %}", "{{ (1, 2)[::-1] }}", "{{ 'a'.split('')[5] }}", "{#", "#}", "{{", "}}", "{%", "%}", "\n", "text",
    ];

    private static readonly ChatMessage[] Messages = [new("system", "Be brief."), new("user", "Hi <s> {{ x }}"), new("assistant", "Hello"), new("user", "\uD83D\uDE00")];
    private static readonly Dictionary<string, string> Special = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };

    public static FuzzTarget Create() => new("template", 0.01, [.. Seeds.Select(Encoding.UTF8.GetBytes)], Mutate,
        input => new ChatTemplate(Encoding.UTF8.GetString(input), TimeProvider.System, Special).Render(ChatTemplate.Variables(Messages)),
        // The interpreter's own limit, and what it reads before it looks at that again.
        MostAllocated: 768L << 20);

    private static string[] Seeds { get; } =
    [
        "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
        "{{ bos_token }}{%- for m in messages -%}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}[INST] {{ m.content | trim }} [/INST]{%- endfor %}",
        "{% set ns = namespace(n=0) %}{% for m in messages if m.role != 'system' %}{% set ns.n = ns.n + 1 %}{{ ns.n }}: {{ m.content }}{% endfor %}{{ tools | tojson }}",
    ];

    private static byte[] Mutate(Random random, byte[] input)
    {
        if (random.Next(3) == 0) return Mutations.Bytes(random, input);
        var text = Encoding.UTF8.GetString(input);
        var at = random.Next(text.Length + 1);
        return Encoding.UTF8.GetBytes(text[..at] + Pieces[random.Next(Pieces.Length)] + text[at..]);
    }
}
