using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;

namespace NGrammys.Conformance.Tests;

/// <summary>The OpenAPI document says what the server does: every endpoint, every parameter that is read, and a type that is enforced.</summary>
public sealed partial class OpenApiTests(ScriptedServer server)
{
    // The parameter itself of every request that makes a model work; what is beside it makes the request right.
    private static readonly (string Path, string Schema, string Right)[] Requests =
    [
        ("/v1/chat/completions", "ChatRequest", """{"model":"scripted","messages":[{"role":"user","content":"say a"}],"max_tokens":2}"""),
        ("/v1/completions", "TextRequest", """{"model":"scripted","prompt":"a","max_tokens":2}"""),
        ("/v1/responses", "ResponseRequest", """{"model":"scripted","input":"say a","store":false,"max_output_tokens":2}"""),
    ];

    // Its type is told by another.
    private static readonly string[] Dependent = ["stream_options", "tool_choice", "top_logprobs", "store", "suffix"];

    [Fact]
    public async Task Document_lists_the_endpoints_that_there_are()
    {
        var described = (await DocumentAsync()).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        var mapped = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.OfType<HttpMethodMetadata>().Single().HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText!.Replace("**", "", StringComparison.Ordinal)}"));

        Assert.Equal(mapped.Order(), described.Order());
    }

    [Fact]
    public async Task Document_names_every_parameter_that_is_read()
    {
        var described = (await DocumentAsync()).GetRawText();
        var sources = Directory.GetFiles(Path.Combine(SourceFolder(), "src", "WebFrontend", "OpenAi"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        var read = sources.SelectMany(source => Read().Matches(source)).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains("temperature", read);
        // Parts of a message that no request of ours would make sense with.
        Assert.All(read.Except(["refusal", "function_call", "audio"]), name => Assert.Contains($"\"{name}\"", described, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_parameter_has_the_type_that_the_document_says()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        foreach (var (path, schema, right) in Requests)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.PostJsonAsync(path, JsonNode.Parse(right)!)).Status);
            foreach (var property in schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Where(property => !Dependent.Contains(property.Name)))
            {
                var body = JsonNode.Parse(right)!;
                body[property.Name] = JsonNode.Parse(Wrong(property.Value));
                var (status, answer, _) = await server.PostJsonAsync(path, body);

                Assert.True(status == HttpStatusCode.BadRequest, $"{path}: {property.Name} of a wrong type is taken");
                Assert.StartsWith(property.Name, answer.GetProperty("error").GetProperty("param").GetString(), StringComparison.Ordinal);
            }
        }
    }

    private async Task<JsonElement> DocumentAsync()
    {
        // Without a key: it is for whoever has none yet.
        using var http = new HttpClient { BaseAddress = server.Address };
        return await http.GetFromJsonAsync<JsonElement>("/openapi.json");
    }

    private static string Wrong(JsonElement schema) => schema.TryGetProperty("type", out var type) && type.GetString() is "integer" or "number" or "boolean" ? "\"x\"" : "true";

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "NGrammys.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex("""\.(?:Text|RequiredText|Flag|Number|Whole|Word|Items|Objects|Object|Get|Has)\("([a-z_]+)""")]
    private static partial Regex Read();
}
