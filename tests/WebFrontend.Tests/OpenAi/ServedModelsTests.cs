using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace NGrammys.WebFrontend.Tests.OpenAi;

/// <summary>The API of a cluster that serves two models, scripted and second.</summary>
public sealed class ServedModelsTests(Cluster cluster) : WebServerTests(cluster)
{
    [Fact]
    public async Task All_models_are_listed_and_others_are_not_found()
    {
        using var http = Connect();

        var list = await http.GetFromJsonAsync<JsonObject>("v1/models", Cancellation);

        Assert.Equal(["scripted", "second"], list!["data"]!.AsArray().Select(model => (string)model!["id"]!));
        Assert.Equal("second", (string)(await http.GetFromJsonAsync<JsonObject>("v1/models/second", Cancellation))!["id"]!);
        using var unknown = await http.PostAsJsonAsync("v1/chat/completions", Chat("third"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("model_not_found", (string)(await unknown.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["error"]!["code"]!);
    }

    [Fact]
    public async Task A_request_is_answered_by_the_model_that_it_names()
    {
        using var http = Connect();

        foreach (var model in (string[])["second", "scripted"])
        {
            using var answer = await http.PostAsJsonAsync("v1/chat/completions", Chat(model), Cancellation);
            var completion = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation);

            Assert.Equal(model, (string)completion!["model"]!);
            Assert.EndsWith(model, (string)completion["choices"]![0]!["message"]!["content"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_stored_response_is_held_with_the_model_that_it_names_and_the_next_may_name_another()
    {
        using var http = Connect();

        var first = await RespondAsync(new JsonObject { ["model"] = "second", ["input"] = "Hi", ["background"] = true });
        Assert.Equal(("second", "second"), ((string)first["model"]!, await HeldWithAsync((string)first["id"]!)));

        var next = await RespondAsync(new JsonObject { ["model"] = "scripted", ["input"] = "Hi", ["background"] = true, ["previous_response_id"] = (string)first["id"]! });
        Assert.Equal(("scripted", "scripted"), ((string)next["model"]!, await HeldWithAsync((string)next["id"]!)));

        async Task<JsonObject> RespondAsync(JsonObject request)
        {
            using var answer = await http.PostAsJsonAsync("v1/responses", request, Cancellation);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
        }

        // What is read later is told from the conversation.
        async Task<string> HeldWithAsync(string response) =>
            (string)(await http.GetFromJsonAsync<JsonObject>($"v1/responses/{response}", Cancellation))!["model"]!;
    }

    private static JsonObject Chat(string model) => new()
    {
        ["model"] = model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }),
    };

    private HttpClient Connect()
    {
        var http = new HttpClient { BaseAddress = Server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Server.NewKey());
        return http;
    }
}
