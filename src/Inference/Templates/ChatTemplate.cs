using System.Reflection;
using System.Text.Json.Nodes;
using Acornima.Ast;
using Jint;
using Jint.Runtime;
using NGrammys.Inference.Abstractions;
using JavaScript = Jint.Engine;

namespace NGrammys.Inference.Templates;

/// <summary>A model's chat template: a Jinja program that writes a conversation the way the model was trained to read it. Thread-safe.</summary>
/// <remarks>
/// Rendered by `@huggingface/jinja` in a JavaScript interpreter, as transformers renders it: trim_blocks, lstrip_blocks, raise_exception,
/// strftime_now, tojson. A template comes with the model and is a program of somebody else's: it sees nothing but the conversation, and its
/// memory, time, statements and depth are limited.
/// </remarks>
public sealed class ChatTemplate
{
    private const long MaxAllocatedBytes = 512L << 20;
    private const int MaxStatements = 50_000_000;
    private const int MaxDepth = 400;
    private const int MaxArrayLength = 1_000_000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);
    private static readonly Lazy<Prepared<Script>> Jinja = new(() => JavaScript.PrepareScript(ReadJinja()));

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private JavaScript? _interpreter;

    /// <summary>Takes a template; it is parsed at first use.</summary>
    /// <param name="source">The Jinja source.</param>
    /// <param name="time">Clock of strftime_now.</param>
    public ChatTemplate(string source, TimeProvider time) => (Source, _time) = (source, time);

    /// <summary>The Jinja source.</summary>
    public string Source { get; }

    /// <summary>Renders a conversation, ready for the assistant's next message.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="specialTokens">Text of the special tokens by role ("bos_token" and so on).</param>
    /// <exception cref="NGrammysException">The template refuses the messages, is not valid, or runs away.</exception>
    public string Render(IEnumerable<ChatMessage> messages, IReadOnlyDictionary<string, string> specialTokens)
    {
        var variables = new JsonObject
        {
            ["messages"] = new JsonArray([.. messages.Select(m => new JsonObject { ["role"] = m.Role, ["content"] = m.Content })]),
            ["tools"] = null,
            ["documents"] = null,
            ["add_generation_prompt"] = true,
        };
        foreach (var (role, text) in specialTokens) variables[role] = text;
        return Render(variables);
    }

    /// <summary>Renders with exactly these variables; for templates that read more than the conversation.</summary>
    /// <exception cref="NGrammysException">The template refuses the messages, is not valid, or runs away.</exception>
    public string Render(JsonObject variables)
    {
        lock (_lock)
        {
            try
            {
                _interpreter ??= Start();
                return _interpreter.Invoke("render", variables.ToJsonString()).AsString();
            }
            catch (JavaScriptException e)
            {
                throw new NGrammysException($"The model's chat template refuses the conversation: {e.Message}", e);
            }
            catch (Exception e) when (e is JintException or TimeoutException or InvalidOperationException)
            {
                // What an interrupted run has left behind is not worth knowing.
                _interpreter = null;
                throw new NGrammysException($"The model's chat template was stopped ({e.Message.TrimEnd('.')}); use another template.", e);
            }
        }
    }

    private JavaScript Start()
    {
        var interpreter = new JavaScript(options =>
        {
            options.Strict().DisableStringCompilation()
                .LimitMemory(MaxAllocatedBytes).LimitRecursion(MaxDepth).MaxStatements(MaxStatements).TimeoutInterval(MaxTime);
            options.Constraints.MaxArraySize = MaxArrayLength;
            options.Constraints.StackOverflowGuard = true;
        });
        interpreter.SetValue("source", Source);
        interpreter.SetValue("strftime_now", (string format) => PythonTime.Format(_time.GetLocalNow(), format));
        interpreter.Execute(Jinja.Value);
        // The package has a strftime_now of its own, with fewer directives and another clock.
        interpreter.Execute("""
            const declare = jinja.Environment.prototype.set;
            jinja.Environment.prototype.set = function (name, value) {
              return declare.call(this, name, name === "strftime_now" ? strftime_now : value);
            };
            const template = new jinja.Template(source);
            function render(variables) { return template.render(JSON.parse(variables)); }
            """);
        return interpreter;
    }

    // The package is a CommonJS module: a function body that fills in module.exports.
    private static string ReadJinja()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("jinja.cjs")!;
        var body = new StreamReader(stream).ReadToEnd();
        return $"const jinja = (function (module) {{ {body}\nreturn module.exports; }})({{ exports: {{}} }});";
    }
}
