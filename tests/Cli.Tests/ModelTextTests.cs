using System.Text.Json;

namespace NGrammys.Cli.Tests;

/// <summary><c>model tokenize</c> and <c>model render</c> with the bundled model and templates of one line.</summary>
public sealed class ModelTextTests : IDisposable
{
    private static readonly string Demo = Path.Combine(AppContext.BaseDirectory, "models", "demo");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-text-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Tokenize_prints_ids_that_decode_to_the_text()
    {
        var (code, plain, errors) = await NgrammysProcess.RunAsync(["model", "tokenize", Demo], "Hello 😀 <|user|>");
        Assert.True(code == 0, errors);
        var (_, json, _) = await NgrammysProcess.RunAsync(["model", "tokenize", Path.Combine(Demo, "tokenizer.json"), "--json"], "Hello 😀 <|user|>");

        var answer = JsonDocument.Parse(json).RootElement;
        Assert.Equal($"[{plain.Trim()}]", answer.GetProperty("ids").GetRawText());
        Assert.EndsWith("Hello 😀 <|user|>", answer.GetProperty("decoded").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenize_answers_every_line_with_one_line()
    {
        var answers = await LinesAsync(["model", "tokenize", Demo, "--jsonl"], """
            {"text": "<|user|>", "parse_special": true, "add_special": false}
            {"text": "<|user|>", "parse_special": false, "add_special": false}

            {"text": 5}
            {"texts": "x"}
            nonsense
            {"text": "\ud83d"}
            {"text": "x", "parse_special": "yes"}
            [1]
            """);

        Assert.Equal(8, answers.Count);
        Assert.Equal(1, answers[0].GetProperty("ids").GetArrayLength());
        Assert.True(answers[1].GetProperty("ids").GetArrayLength() > 1);
        Assert.Equal("<|user|>", answers[1].GetProperty("decoded").GetString());
        Assert.All(answers.Skip(2), answer => Assert.NotEmpty(answer.GetProperty("error").GetString()!));
    }

    [Fact]
    public async Task Render_answers_every_line_with_one_line()
    {
        var template = Template("{{ bos_token }}{% if messages[0].role != 'user' %}{{ raise_exception('only users') }}{% endif %}"
            + "{{ messages[0].content }}{{ tools | length if tools else '' }}{{ mood }}{{ '>' if add_generation_prompt }}{{ strftime_now('%d %b %H:%M') }}");
        var answers = await LinesAsync(["model", "render", "--template", template, "--jsonl"], """
            {"messages": [{"role": "user", "content": "hé"}], "add_generation_prompt": true, "special_tokens": {"bos_token": "<s>"}, "now": "2026-07-04T12:00:00"}
            {"messages": [{"role": "user", "content": "x"}], "tools": [{}], "kwargs": {"mood": "!"}, "add_generation_prompt": false, "now": "2026-07-04T12:00:00+05:00"}
            {"messages": [{"role": "tool", "content": "x"}], "add_generation_prompt": true}
            {"messages": "x", "add_generation_prompt": true}
            {"messages": [], "now": "soon"}
            {
            """);

        Assert.Equal("<s>hé>04 Jul 12:00", answers[0].GetProperty("rendered").GetString());
        Assert.Equal("x1!04 Jul 12:00", answers[1].GetProperty("rendered").GetString());
        Assert.Contains("only users", answers[2].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(6, answers.Count);
        Assert.All(answers.Skip(3), answer => Assert.NotEmpty(answer.GetProperty("error").GetString()!));
    }

    [Fact]
    public async Task Render_with_a_folder_prints_the_text_as_it_is()
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["model", "render", Demo], """{"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true}""");

        Assert.True(code == 0, errors);
        Assert.Contains("<|user|>Hi", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no tokenizer", "tokenize", "/nonexistent")]
    [InlineData("There is no model folder", "render", "/nonexistent")]
    [InlineData("Could not find", "render", "--template", "/nonexistent")]
    [InlineData("Give either", "render")]
    [InlineData("JSON object", "render", "--template", "/dev/null")]
    public async Task Bad_input_is_one_line_on_standard_error(string words, params string[] arguments)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["model", .. arguments], "x");

        Assert.Equal(1, code);
        Assert.Equal("", output);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Template(string source)
    {
        var path = Path.Combine(_folder.FullName, "template.jinja");
        File.WriteAllText(path, source);
        return path;
    }

    private static async Task<List<JsonElement>> LinesAsync(string[] arguments, string input)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(arguments, input);
        Assert.True(code == 0, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
