using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Limits;
using NGrammys.WebFrontend.OpenAi.Chat;
using NGrammys.WebFrontend.OpenAi.Models;

namespace NGrammys.WebFrontend.OpenAi.Completions;

/// <summary>POST /v1/completions: plain text, continued.</summary>
internal sealed class TextEndpoint(IGrainFactory grains, ServedModels served, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = TextRequest.Read(await ApiBody.ReadAsync(context));
        var model = await served.ChosenAsync(request.Model);
        var owner = context.User.Owner();
        var prompts = new List<RunningCompletion>();
        try
        {
            foreach (var prompt in request.Prompts)
            {
                prompts.Add(await RunningCompletion.BeginAsync(grains, owner, model,
                    new CompletionRequest { Prompt = prompt, Choices = request.Choices, Settings = request.Settings }));
            }

            await AnswerAsync(context, request, prompts);
        }
        catch (ConversationException e)
        {
            throw ApiError.From(e, "prompt");
        }
        finally
        {
            foreach (var prompt in prompts) await prompt.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context, TextRequest request, List<RunningCompletion> prompts)
    {
        var head = new JsonObject
        {
            ["id"] = $"cmpl-{Guid.NewGuid():N}",
            ["object"] = "text_completion",
            ["created"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["model"] = request.Model,
            ["system_fingerprint"] = ServedModels.Fingerprint(prompts[0].Handle),
        };
        TurnCost.Of(context).Prompt += prompts.Sum(prompt => prompt.Handle.PromptTokens);
        var choices = Enumerable.Range(0, prompts.Count * request.Choices).Select(i => new TextChoice(i)).ToArray();
        for (var i = 0; request.Echo && i < choices.Length; i++)
            choices[i].Echo(request.Prompts[i / request.Choices].Text ?? prompts[i / request.Choices].Handle.PromptText ?? "");
        var events = new EventStream(context, time);
        // One prompt after the other is read; they are all written at the same time.
        for (var i = 0; i < prompts.Count; i++)
        {
            await foreach (var (index, chunk) in prompts[i].ReadAsync(context.RequestAborted))
            {
                var choice = choices[i * request.Choices + index];
                TurnCost.Of(context).Completion += chunk.Tokens.Length;
                await TakeAsync(prompts[i], choice, chunk);
                if (request.Stream.Wanted) await SendAsync(context, events, request, head, choice, chunk);
            }
        }

        var promptTokens = prompts.Sum(prompt => prompt.Handle.PromptTokens);
        if (!request.Stream.Wanted)
        {
            await context.Response.WriteAsJsonAsync(Conclude(With(head, [.. choices.Select(choice => choice.ToJson())]), choices, promptTokens),
                context.RequestAborted);
            return;
        }

        if (request.Stream.Usage) await events.SendAsync(Conclude(With(head, []), choices, promptTokens));
        await events.SendDoneAsync();
    }

    private static async Task TakeAsync(RunningCompletion running, TextChoice choice, TokenChunk chunk)
    {
        if (chunk.End is { Finish: "error" or "cancelled" } failed) throw ApiError.From(failed);
        choice.Append(chunk.Text);
        var tokens = chunk.LogProbabilities.Where(token => !running.Handle.StopTokens.Contains(token.Token)).ToArray();
        if (tokens.Length > 0) choice.Append(tokens, await running.SpellAsync(LogProbabilities.Tokens(tokens)));
        if (chunk.End is { } end) choice.End(end);
    }

    private static async Task SendAsync(
        HttpContext context, EventStream events, TextRequest request, JsonObject head, TextChoice choice, TokenChunk chunk)
    {
        if (!context.Response.HasStarted) await events.StartAsync();
        if (choice.HasNews || chunk.End is not null)
        {
            var taken = choice.Take(chunk.End is null ? null : choice.Finish);
            var text = taken["text"]!.GetValue<string>();
            var piece = With(head, [taken]);
            if (request.Stream.Usage) piece["usage"] = null;
            if (request.Stream.Obfuscation && chunk.End is null) Obfuscation.Pad(piece, text);
            await events.SendAsync(piece);
        }

        await events.KeepAliveAsync();
    }

    private static JsonObject With(JsonObject head, JsonArray choices)
    {
        var answer = head.DeepClone().AsObject();
        answer["choices"] = choices;
        return answer;
    }

    private static JsonObject Conclude(JsonObject answer, TextChoice[] choices, int promptTokens)
    {
        TurnStatistics[] statistics = [.. choices.Select(choice => choice.Statistics)];
        answer["usage"] = Usage.ToJson(promptTokens, statistics);
        ChatAnswer.AddStatistics(answer, statistics);
        return answer;
    }
}
