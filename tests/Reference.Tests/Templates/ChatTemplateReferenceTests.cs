using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Templates;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Templates;

public sealed class ChatTemplateReferenceTests
{
    public static TheoryData<string> Models =>
        [.. Directory.GetFiles(SharedFolder.PathOf("fixtures", "chat_templates"), "*.jinja").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Models))]
    public void Render_writes_what_transformers_writes(string model)
    {
        var path = SharedFolder.PathOf("fixtures", "chat_templates", model);
        var fixture = JsonNode.Parse(File.ReadAllText(path + ".cases.json"))!;
        var time = new FakeTimeProvider(DateTimeOffset.Parse(fixture["now"]!.GetValue<string>() + "Z", CultureInfo.InvariantCulture));
        var template = new ChatTemplate(File.ReadAllText(path + ".jinja"), time);

        Assert.All(fixture["cases"]!.AsArray(), test =>
        {
            var variables = Variables(fixture["special_tokens"]!.AsObject(), test!.AsObject());
            if (test["rendered"] is { } rendered)
                Assert.Equal(rendered.GetValue<string>(), template.Render(variables));
            else if (test["error"]?.GetValue<string>() is { } error && error.StartsWith("TemplateError: ", StringComparison.Ordinal))
                Refuses(template, variables, error["TemplateError: ".Length..]);
            else
                RendersOrRefuses(template, variables);
        });
    }

    private static JsonObject Variables(JsonObject specialTokens, JsonObject test)
    {
        var variables = new JsonObject
        {
            ["messages"] = test["messages"]!.DeepClone(),
            ["tools"] = test["tools"]?.DeepClone(),
            ["documents"] = null,
            ["add_generation_prompt"] = test["add_generation_prompt"]!.DeepClone(),
        };
        foreach (var (name, value) in specialTokens.Concat(test["kwargs"]?.AsObject() ?? [])) variables[name] = value?.DeepClone();
        return variables;
    }

    private static void Refuses(ChatTemplate template, JsonObject variables, string reason) =>
        Assert.Contains(reason, Assert.Throws<ChatTemplateException>(() => template.Render(variables)).Message, StringComparison.Ordinal);

    private static void RendersOrRefuses(ChatTemplate template, JsonObject variables)
    {
        try
        {
            template.Render(variables);
        }
        catch (ChatTemplateException)
        {
            // The reference stumbles over these itself; to refuse is as good as to render.
        }
    }
}
