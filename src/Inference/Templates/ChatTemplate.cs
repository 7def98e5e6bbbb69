using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acornima.Ast;
using Jint;
using Jint.Runtime;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;
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
    private static readonly Lazy<Prepared<Script>> Jinja = new(() => JavaScript.PrepareScript(Package() + Resource("prelude.js")));

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private JavaScript? _interpreter;

    /// <summary>Takes a template; it is parsed at first use.</summary>
    /// <param name="source">The Jinja source.</param>
    /// <param name="time">Clock of strftime_now.</param>
    /// <param name="specialTokens">Text of the model's special tokens by role: "bos_token" and so on.</param>
    public ChatTemplate(string source, TimeProvider time, IReadOnlyDictionary<string, string>? specialTokens = null) =>
        (Source, _time, SpecialTokens) = (source, time, specialTokens ?? new Dictionary<string, string>());

    /// <summary>Takes the template of a model folder.</summary>
    /// <exception cref="NGrammysException">The folder has none, or its configuration is damaged.</exception>
    public static ChatTemplate Load(string folder, TimeProvider time)
    {
        var config = TokenizerConfig.Read(folder);
        return config.ChatTemplate is { } source
            ? new ChatTemplate(source, time, config.SpecialTokens)
            : throw new NGrammysException($"'{folder}' has no chat template: chat_template.jinja, or chat_template in tokenizer_config.json, is needed.");
    }

    /// <summary>The Jinja source.</summary>
    public string Source { get; }

    /// <summary>Text of the model's special tokens by role: variables of every rendering that does not set them itself.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; }

    /// <summary>What a template sees of a plain conversation: no tools, no documents, and the assistant speaks next.</summary>
    /// <param name="messages">The conversation.</param>
    public static JsonObject Variables(IEnumerable<ChatMessage> messages) => new()
    {
        ["messages"] = new JsonArray([.. messages.Select(m => new JsonObject { ["role"] = m.Role, ["content"] = m.Content })]),
        ["tools"] = null,
        ["documents"] = null,
        ["add_generation_prompt"] = true,
    };

    /// <summary>Renders a conversation.</summary>
    /// <param name="variables">What the template sees besides the special tokens; see <see cref="Variables"/>.</param>
    /// <exception cref="ChatTemplateException">The template refuses the messages, is not valid, or runs away.</exception>
    public string Render(JsonObject variables)
    {
        var visible = variables.ToDictionary(variable => variable.Key, variable => variable.Value);
        foreach (var (role, text) in SpecialTokens) visible.TryAdd(role, text);
        lock (_lock)
        {
            try
            {
                _interpreter ??= Start();
                return _interpreter.Invoke("render", PythonValues.Marked(JsonSerializer.SerializeToUtf8Bytes(visible))).AsString();
            }
            catch (JavaScriptException e)
            {
                throw new ChatTemplateException($"The model's chat template refuses the conversation: {OneLine(e.Message)}", e);
            }
            catch (Exception e) when (e is JintException or JsonException or TimeoutException or InvalidOperationException or OutOfMemoryException)
            {
                // What an interrupted run has left behind is not worth knowing.
                _interpreter = null;
                throw new ChatTemplateException($"The model's chat template was stopped ({OneLine(e.Message).TrimEnd('.')}); shorten the conversation or use another template.", e);
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
        return interpreter;
    }

    // The package is a CommonJS module: a function body that fills in module.exports.
    private static string Package() => $"const jinja = (function (module) {{ {Resource("jinja.cjs")}\nreturn module.exports; }})({{ exports: {{}} }});\n";

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }

    // An error of a template is one line for whoever sent the conversation.
    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
