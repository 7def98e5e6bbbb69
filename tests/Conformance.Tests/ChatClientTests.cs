using System.ClientModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = OpenAI.Chat.ChatFinishReason;
using ChatMessage = OpenAI.Chat.ChatMessage;

namespace NGrammys.Conformance.Tests;

/// <summary>The official OpenAI client and the adapter of Microsoft.Extensions.AI, unchanged, against chat completions.</summary>
public sealed class ChatClientTests(ScriptedServer server, DemoServer demo)
{
    private ChatClient Chat => server.OpenAI.GetChatClient(server.Model);

    [Fact]
    public async Task Models_are_listed_and_told_one_by_one()
    {
        var models = server.OpenAI.GetOpenAIModelClient();

        var listed = Assert.Single((await models.GetModelsAsync()).Value);
        Assert.Equal((server.Model, "ngrammys"), (listed.Id, listed.OwnedBy));
        Assert.Equal(server.Model, (await models.GetModelAsync(server.Model)).Value.Id);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => models.GetModelAsync("other"))).Status);
    }

    [Fact]
    public async Task Answer_has_text_usage_and_reason()
    {
        var answer = (await Chat.CompleteChatAsync("say Guten Tag")).Value;

        Assert.Equal("Guten Tag", Assert.Single(answer.Content).Text);
        Assert.Equal((ChatFinishReason.Stop, ChatMessageRole.Assistant, server.Model), (answer.FinishReason, answer.Role, answer.Model));
        Assert.Equal(("say Guten Tag".Length + 3, 10), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount));
        Assert.StartsWith("chatcmpl-", answer.Id, StringComparison.Ordinal);
        Assert.Equal("fp_0123456789ab", answer.SystemFingerprint);
    }

    [Fact]
    public async Task Stream_brings_the_same_and_the_usage()
    {
        var (text, finish, tokens) = ("", default(ChatFinishReason?), 0);
        await foreach (var update in Chat.CompleteChatStreamingAsync("say Guten Tag"))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish ??= update.FinishReason;
            tokens = update.Usage?.OutputTokenCount ?? tokens;
        }

        Assert.Equal(("Guten Tag", ChatFinishReason.Stop, 10), (text, finish, tokens));
    }

    [Fact]
    public async Task System_message_and_history_are_read()
    {
        ChatMessage[] messages =
        [
            new SystemChatMessage("Be brief."), new UserChatMessage("say one"), new AssistantChatMessage("one"),
            new UserChatMessage(ChatMessageContentPart.CreateTextPart("say"), ChatMessageContentPart.CreateTextPart("two")),
        ];

        var answer = (await Chat.CompleteChatAsync(messages)).Value;

        Assert.Equal("You said: say\ntwo", answer.Content[0].Text);
    }

    [Fact]
    public async Task Stop_sequence_ends_the_text_before_it()
    {
        var options = new ChatCompletionOptions();
        options.StopSequences.Add("three");

        var answer = (await Chat.CompleteChatAsync([new UserChatMessage("say one two three four")], options)).Value;

        Assert.Equal(("one two ", ChatFinishReason.Stop), (answer.Content[0].Text, answer.FinishReason));
    }

    [Fact]
    public async Task Longest_length_ends_the_text()
    {
        var answer = (await Chat.CompleteChatAsync([new UserChatMessage("say abcdef")], new ChatCompletionOptions { MaxOutputTokenCount = 3 })).Value;

        Assert.Equal(("abc", ChatFinishReason.Length, 3), (answer.Content[0].Text, answer.FinishReason, answer.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task Log_probabilities_are_one_entry_a_token()
    {
        var options = new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };

        var answer = (await Chat.CompleteChatAsync([new UserChatMessage("say abc")], options)).Value;

        Assert.Equal(["a", "b", "c"], answer.ContentTokenLogProbabilities.Select(token => token.Token));
        Assert.All(answer.ContentTokenLogProbabilities, token =>
        {
            Assert.True(token.LogProbability < 0);
            Assert.Equal(2, token.TopLogProbabilities.Count);
            Assert.Equal(token.Token, token.TopLogProbabilities[0].Token);
            Assert.Equal(1, token.Utf8Bytes?.Length);
        });
    }

    [Fact]
    public async Task Log_probabilities_are_streamed_one_entry_a_token()
    {
        var options = new ChatCompletionOptions { IncludeLogProbabilities = true };
        var tokens = new List<string>();

        await foreach (var update in Chat.CompleteChatStreamingAsync([new UserChatMessage("say gr\u00fc\u00df")], options))
            tokens.AddRange(update.ContentTokenLogProbabilities.Select(token => token.Token));

        Assert.Equal(6, tokens.Count);
    }

    [Fact]
    public async Task Logit_bias_forbids_a_token()
    {
        var options = new ChatCompletionOptions();
        options.LogitBiases['a'] = -100;

        var answer = (await Chat.CompleteChatAsync([new UserChatMessage("say a")], options)).Value;

        Assert.False(answer.Content[0].Text.StartsWith('a'));
    }

    [Fact]
    public async Task Prediction_changes_nothing_and_is_accounted_for()
    {
        const string Expected = "one two three four five six";

        var (_, body, _) = await server.PostJsonAsync("/v1/chat/completions", JsonSerializer.SerializeToNode(new
        {
            model = server.Model,
            messages = new[] { new { role = "user", content = "say one two three 4 five six" } },
            prediction = new { type = "content", content = Expected },
        })!);

        Assert.Equal("one two three 4 five six", body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        var details = body.GetProperty("usage").GetProperty("completion_tokens_details");
        Assert.Equal(Expected.Length, details.GetProperty("accepted_prediction_tokens").GetInt32() + details.GetProperty("rejected_prediction_tokens").GetInt32());
    }

    [Fact]
    public async Task Tools_are_shown_and_a_call_is_read()
    {
        var options = new ChatCompletionOptions();
        options.Tools.Add(ChatTool.CreateFunctionTool("weather", "Tells the weather.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}""")));
        const string Call = """<tool_call>{"name":"weather","arguments":{"city":"Ulm"}}</tool_call>""";

        var answer = (await Chat.CompleteChatAsync([new UserChatMessage($"say {Call}")], options)).Value;

        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        var call = Assert.Single(answer.ToolCalls);
        Assert.Equal(("weather", """{"city":"Ulm"}"""), (call.FunctionName, call.FunctionArguments.ToString()));

        ChatMessage[] next = [new UserChatMessage("hi"), new AssistantChatMessage(answer), new ToolChatMessage(call.Id, "say sunny")];
        Assert.Equal("sunny", (await Chat.CompleteChatAsync(next, options)).Value.Content[0].Text);
    }

    [Fact]
    public async Task Tool_calls_are_streamed()
    {
        var options = new ChatCompletionOptions();
        options.Tools.Add(ChatTool.CreateFunctionTool("weather"));
        var (text, name, arguments) = ("", "", "");

        await foreach (var update in Chat.CompleteChatStreamingAsync(
            [new UserChatMessage("""say Look: <tool_call>{"name":"weather","arguments":{}}</tool_call>""")], options))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            foreach (var call in update.ToolCallUpdates)
            {
                name += call.FunctionName;
                arguments += call.FunctionArgumentsUpdate.ToString();
            }
        }

        Assert.Equal(("Look: ", "weather", "{}"), (text, name, arguments));
    }

    [Theory]
    [InlineData("ngk_wrong", 401)]
    public async Task Client_sees_a_wrong_key(string key, int status)
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => server.Client(key).GetChatClient(server.Model).CompleteChatAsync("hello"));

        Assert.Equal(status, error.Status);
    }

    [Fact]
    public async Task Equal_seeds_give_equal_replies_and_alternatives_differ()
    {
        var chat = demo.OpenAI.GetChatClient(demo.Model);
        var options = new ChatCompletionOptions { Temperature = 2, MaxOutputTokenCount = 24 };
#pragma warning disable OPENAI001 // The seed is marked as experimental.
        options.Seed = 42;
#pragma warning restore OPENAI001

        var first = (await chat.CompleteChatAsync([new UserChatMessage("What does Math.Abs do?")], options)).Value.Content[0].Text;
        var second = (await chat.CompleteChatAsync([new UserChatMessage("What does Math.Abs do?")], options)).Value.Content[0].Text;
        Assert.Equal(first, second);

        var (_, body, _) = await demo.PostJsonAsync("/v1/chat/completions", JsonSerializer.SerializeToNode(new
        {
            model = demo.Model,
            messages = new[] { new { role = "user", content = "What does Math.Abs do?" } },
            n = 3,
            seed = 42,
            temperature = 2,
            max_tokens = 24,
        })!);
        var texts = body.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("message").GetProperty("content").GetString()).ToList();
        Assert.Equal(first, texts[0]);
        Assert.True(texts.Distinct().Count() > 1, string.Join(" | ", texts));
    }

    [Fact]
    public async Task Speculation_changes_nothing_but_the_steps()
    {
        var replies = new List<JsonElement>();
        foreach (var mode in (string[])["off", "auto"])
        {
            var (_, body, _) = await demo.PostJsonAsync("/v1/chat/completions", JsonSerializer.SerializeToNode(new
            {
                model = demo.Model,
                messages = new[] { new { role = "user", content = "What does System.IO.File.ReadAllText do?" } },
                max_tokens = 60,
                speculation = new { mode },
            })!);
            replies.Add(body);
        }

        Assert.Equal(replies[0].GetProperty("choices").ToString(), replies[1].GetProperty("choices").ToString());
        Assert.False(replies[0].GetProperty("timings").TryGetProperty("draft_n", out _));
        Assert.Equal(JsonValueKind.Null, replies[0].GetProperty("metrics").GetProperty("speculative_decoding").ValueKind);
        // On a machine that is busy enough every draft may come too late.
        if (replies[1].GetProperty("timings").TryGetProperty("draft_n", out var drafted))
            Assert.True(replies[1].GetProperty("timings").GetProperty("draft_n_accepted").GetInt32() <= drafted.GetInt32());
    }

    [Fact]
    public async Task Adapter_of_Microsoft_Extensions_AI_chats_and_streams()
    {
        using var client = Chat.AsIChatClient();

        var answer = await client.GetResponseAsync("say Guten Tag", new ChatOptions { MaxOutputTokens = 50, StopSequences = ["zzz"], Temperature = 0 });
        Assert.Equal(("Guten Tag", 10), (answer.Text, answer.Usage?.OutputTokenCount));

        var streamed = "";
        await foreach (var update in client.GetStreamingResponseAsync("say Guten Tag")) streamed += update.Text;
        Assert.Equal("Guten Tag", streamed);
    }

    [Fact]
    public async Task Adapter_of_Microsoft_Extensions_AI_calls_a_function()
    {
        using var client = Chat.AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
        var asked = 0;
        var weather = AIFunctionFactory.Create((string city) => { asked++; return $"say sunny in {city}"; }, "weather", "Tells the weather.");

        var answer = await client.GetResponseAsync("""say <tool_call>{"name":"weather","arguments":{"city":"Ulm"}}</tool_call>""", new ChatOptions { Tools = [weather] });

        Assert.Equal(1, asked);
        Assert.Contains("sunny in Ulm", answer.Text, StringComparison.Ordinal);
    }
}
