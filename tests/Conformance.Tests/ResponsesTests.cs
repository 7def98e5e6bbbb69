using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NGrammys.Conformance.Tests;

/// <summary>/v1/responses and /v1/conversations over stored conversations.</summary>
public sealed class ResponsesTests(ScriptedServer server)
{
    private const string Path = "/v1/responses";

    [Fact]
    public async Task Response_is_kept_and_read_again()
    {
        var (status, made, _) = await server.PostJsonAsync(Path, Request("say hello"));

        Assert.True(status == HttpStatusCode.OK, made.ToString());
        Assert.Equal(("response", "completed", "hello"), (Text(made, "object"), Text(made, "status"), Output(made)));
        Assert.Equal(6, made.GetProperty("usage").GetProperty("output_tokens").GetInt32());
        var read = await server.Http.GetFromJsonAsync<JsonElement>($"{Path}/{Text(made, "id")}");
        Assert.Equal((Text(made, "id"), "completed", "hello"), (Text(read, "id"), Text(read, "status"), Output(read)));
        var asked = await server.Http.GetFromJsonAsync<JsonElement>($"{Path}/{Text(made, "id")}/input_items");
        Assert.Equal("say hello", asked.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Response_follows_another()
    {
        var (_, first, _) = await server.PostJsonAsync(Path, Request("say one"));
        var (_, second, _) = await server.PostJsonAsync(Path, Request("say two", new JsonObject { ["previous_response_id"] = Text(first, "id") }));

        var conversation = second.GetProperty("conversation").GetProperty("id").GetString();
        var items = await server.Http.GetFromJsonAsync<JsonElement>($"/v1/conversations/{conversation}/items?order=asc");
        Assert.Equal(["say one", "one", "say two", "two"], Texts(items));

        var (_, apart, _) = await server.PostJsonAsync(Path, Request("say three", new JsonObject { ["previous_response_id"] = Text(first, "id"), ["store"] = false }));
        Assert.Equal("three", Output(apart));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"{Path}/{Text(apart, "id")}")).StatusCode);
        // 3 marks more than text: of each message its role and its end, and the mark of the reply.
        Assert.Equal("say oneonesay three".Length + 7, apart.GetProperty("usage").GetProperty("input_tokens").GetInt32());
    }

    [Fact]
    public async Task Events_are_numbered_and_a_stream_is_taken_up_behind_any_of_them()
    {
        var events = await StreamAsync(server.PostForEventsAsync(Path, Request("say Guten Tag", new JsonObject { ["stream"] = true })));

        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"], events.Take(4).Select(Type));
        Assert.Equal(["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"], events.TakeLast(4).Select(Type));
        Assert.Equal(events.Select(Number).Order(), events.Select(Number));
        Assert.Equal("Guten Tag", Deltas(events));
        Assert.Equal("Guten Tag", Output(events[^1].GetProperty("response")));
        var id = Text(events[0].GetProperty("response"), "id");
        foreach (var after in events.Select(Number))
        {
            using var answer = await server.Http.GetAsync($"{Path}/{id}?stream=true&starting_after={after}");
            var rest = Answers.Events(await answer.Content.ReadAsStringAsync()).ConvertAll(Answers.Parse);
            Assert.Equal(Kinds(events.Where(each => Number(each) > after)), Kinds(rest));
            Assert.Equal(Deltas(events.Where(each => Number(each) > after)), Deltas(rest));
            if (rest.Count > 0) Assert.Equal(events[^1].GetProperty("response").GetProperty("output").ToString(), rest[^1].GetProperty("response").GetProperty("output").ToString());
        }
    }

    [Fact]
    public async Task Background_response_is_followed_and_cancelled()
    {
        var (_, queued, _) = await server.PostJsonAsync(Path, Request("go on for ever", new JsonObject { ["background"] = true }));
        Assert.Equal("queued", Text(queued, "status"));
        var id = Text(queued, "id");
        Assert.Equal("in_progress", Text(await server.Http.GetFromJsonAsync<JsonElement>($"{Path}/{id}"), "status"));

        using var answer = await server.Http.PostAsync($"{Path}/{id}/cancel", null);
        var cancelled = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal("cancelled", Text(cancelled, "status"));
        Assert.Equal("cancelled", Text(await server.Http.GetFromJsonAsync<JsonElement>($"{Path}/{id}"), "status"));
    }

    [Fact]
    public async Task Idempotency_key_makes_one_response_of_two_requests()
    {
        var key = Guid.NewGuid().ToString();
        var first = await PostAsync("say hello");
        var second = await PostAsync("say hello");
        Assert.Equal(Text(first.Body, "id"), Text(second.Body, "id"));
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("say something else")).Status);

        async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string input)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(Request(input)) };
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await server.Http.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
        }
    }

    [Fact]
    public async Task Length_makes_a_response_incomplete()
    {
        var (_, made, _) = await server.PostJsonAsync(Path, Request("say abcdef", new JsonObject { ["max_output_tokens"] = 3 }));

        Assert.Equal(("incomplete", "abc"), (Text(made, "status"), Output(made)));
        Assert.Equal("max_output_tokens", made.GetProperty("incomplete_details").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Deleted_response_is_gone_and_one_among_others_is_not_deleted()
    {
        var (_, alone, _) = await server.PostJsonAsync(Path, Request("say one"));
        using (var deleted = await server.Http.DeleteAsync($"{Path}/{Text(alone, "id")}")) Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"{Path}/{Text(alone, "id")}")).StatusCode);

        var (_, first, _) = await server.PostJsonAsync(Path, Request("say one"));
        await server.PostJsonAsync(Path, Request("say two", new JsonObject { ["previous_response_id"] = Text(first, "id") }));
        using var kept = await server.Http.DeleteAsync($"{Path}/{Text(first, "id")}");
        Assert.Equal(HttpStatusCode.Conflict, kept.StatusCode);
    }

    [Fact]
    public async Task Conversation_is_made_named_filled_and_deleted()
    {
        var (_, made, _) = await server.PostJsonAsync("/v1/conversations", JsonNode.Parse("""{"metadata":{"title":"First"}}""")!);
        var id = Text(made, "id");
        var (_, renamed, _) = await server.PostJsonAsync($"/v1/conversations/{id}", JsonNode.Parse("""{"metadata":{"title":"Second"}}""")!);
        Assert.Equal("Second", renamed.GetProperty("metadata").GetProperty("title").GetString());

        await server.PostJsonAsync(Path, Request("say one", new JsonObject { ["conversation"] = id }));
        await server.PostJsonAsync(Path, Request("say two", new JsonObject { ["conversation"] = new JsonObject { ["id"] = id } }));
        var page = await server.Http.GetFromJsonAsync<JsonElement>($"/v1/conversations/{id}/items?limit=3");
        Assert.Equal(["two", "say two", "one"], Texts(page));
        Assert.True(page.GetProperty("has_more").GetBoolean());
        var rest = await server.Http.GetFromJsonAsync<JsonElement>($"/v1/conversations/{id}/items?after={Text(page, "last_id")}");
        Assert.Equal(["say one"], Texts(rest));
        var item = await server.Http.GetFromJsonAsync<JsonElement>($"/v1/conversations/{id}/items/{Text(page, "first_id")}");
        Assert.Equal("assistant", Text(item, "role"));

        using var deleted = await server.Http.DeleteAsync($"/v1/conversations/{id}");
        Assert.Equal("conversation.deleted", Text(await deleted.Content.ReadFromJsonAsync<JsonElement>(), "object"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/v1/conversations/{id}")).StatusCode);
    }

    [Theory]
    [InlineData("{}", "input")]
    [InlineData("""{"input":3}""", "input")]
    [InlineData("""{"input":""}""", "input")]
    [InlineData("""{"input":[]}""", "input")]
    [InlineData("""{"input":[{"type":"item_reference","id":"x"}]}""", "input[0].type")]
    [InlineData("""{"input":[{"role":"wizard","content":"x"}]}""", "input[0].role")]
    [InlineData("""{"input":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}""", "input")]
    [InlineData("""{"input":"a","tools":[{"type":"web_search"}]}""", "tools")]
    [InlineData("""{"input":"a","tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"input":"a","include":["reasoning.encrypted_content"]}""", "include")]
    [InlineData("""{"input":"a","top_logprobs":2}""", "top_logprobs")]
    [InlineData("""{"input":"a","prompt":{"id":"p"}}""", "prompt")]
    [InlineData("""{"input":"a","truncation":"sometimes"}""", "truncation")]
    [InlineData("""{"input":"a","max_output_tokens":0}""", "max_output_tokens")]
    [InlineData("""{"input":"a","background":true,"store":false}""", "background")]
    [InlineData("""{"input":"a","truncation":"auto","store":false}""", "truncation")]
    [InlineData("""{"input":"a","temperature":3}""", "temperature")]
    public async Task What_is_wrong_is_refused_by_its_name(string more, string param)
    {
        var body = JsonNode.Parse(more)!;
        body["model"] = server.Model;

        var (status, answer, _) = await server.PostJsonAsync(Path, body);

        Assert.Equal((HttpStatusCode.BadRequest, param), (status, answer.GetProperty("error").GetProperty("param").GetString()));
    }

    [Theory]
    [InlineData("previous_response_id", "resp_1")]
    [InlineData("previous_response_id", "resp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("conversation", "conv_1")]
    [InlineData("conversation", "conv_0123456789abcdef0123456789abcdef")]
    public async Task Unknown_id_is_404(string name, string id)
    {
        var (status, _, _) = await server.PostJsonAsync(Path, Request("say hello", new JsonObject { [name] = id }));

        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    private JsonObject Request(string input, JsonObject? more = null)
    {
        var request = new JsonObject { ["model"] = server.Model, ["input"] = input };
        foreach (var (name, value) in more ?? []) request[name] = value?.DeepClone();
        return request;
    }

    private static async Task<List<JsonElement>> StreamAsync(Task<List<string>> events) => (await events).ConvertAll(Answers.Parse);

    private static string Type(JsonElement each) => Text(each, "type");

    private static int Number(JsonElement each) => each.GetProperty("sequence_number").GetInt32();

    // How text is cut into deltas is the moment's affair; a replay may join what came in pieces.
    private static List<string> Kinds(IEnumerable<JsonElement> events)
    {
        var kinds = new List<string>();
        foreach (var kind in events.Select(Type))
        {
            if (kind != "response.output_text.delta" || kinds.LastOrDefault() != kind) kinds.Add(kind);
        }

        return kinds;
    }

    private static string Deltas(IEnumerable<JsonElement> events) =>
        string.Concat(events.Where(each => Type(each) == "response.output_text.delta").Select(each => Text(each, "delta")));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Output(JsonElement response) => response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;

    private static IEnumerable<string> Texts(JsonElement items) =>
        items.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("content")[0].GetProperty("text").GetString()!);
}
