using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Limits;
using NGrammys.WebFrontend.OpenAi.Models;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>POST /v1/chat/completions. A caller that goes away ends its request.</summary>
internal sealed class ChatEndpoint(IGrainFactory grains, ServedModels served, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = ChatRequest.Read(await ApiBody.ReadAsync(context));
        var model = await served.ChosenAsync(request.Model);
        await using var running = await RunningCompletion.BeginAsync(grains, context.User.Owner(), model, request.ToGrain());
        TurnCost.Of(context).Prompt += running.Handle.PromptTokens;
        var answer = new ChatAnswer(request.Model, ServedModels.Fingerprint(running.Handle), time.GetUtcNow());
        var choices = Enumerable.Range(0, request.Choices).Select(i => new ChatChoice(i, request.Tools, request.LogProbabilities)).ToArray();
        if (request.Stream.Wanted) await StreamAsync(context, request, running, answer, choices);
        else await WriteAsync(context, running, answer, choices);
    }

    private static async Task WriteAsync(HttpContext context, RunningCompletion running, ChatAnswer answer, ChatChoice[] choices)
    {
        await foreach (var (index, chunk) in running.ReadAsync(context.RequestAborted))
        {
            TurnCost.Of(context).Completion += chunk.Tokens.Length;
            choices[index].Append(chunk.Text);
            if (await LogProbabilitiesAsync(running, chunk) is { } entries) choices[index].Append(entries);
            if (chunk.End is { } end) choices[index].End(Check(end));
        }

        await context.Response.WriteAsJsonAsync(answer.Completion(choices, running.Handle.PromptTokens), context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context, ChatRequest request, RunningCompletion running, ChatAnswer answer, ChatChoice[] choices)
    {
        var events = new EventStream(context, time);
        var left = choices.Length;
        // The first chunk is awaited before the status is sent, so that a full queue is a 429 and no broken stream.
        await foreach (var (index, chunk) in running.ReadAsync(context.RequestAborted))
        {
            var choice = choices[index];
            TurnCost.Of(context).Completion += chunk.Tokens.Length;
            if (chunk.End is { } failed && !context.Response.HasStarted) Check(failed);
            if (!context.Response.HasStarted)
            {
                await events.StartAsync();
                foreach (var each in choices) await SendAsync(each.Index, new JsonObject { ["role"] = "assistant", ["content"] = "", ["refusal"] = null });
            }

            var text = choice.Append(chunk.Text);
            var entries = await LogProbabilitiesAsync(running, chunk);
            if (text.Length > 0 || entries is { Count: > 0 }) await SendAsync(index, new JsonObject { ["content"] = text }, entries, padded: text);
            if (chunk.End is { } end)
            {
                var (rest, calls, finish) = choice.End(Check(end));
                if (rest.Length > 0) await SendAsync(index, new JsonObject { ["content"] = rest }, padded: rest);
                if (calls.Count > 0) await SendAsync(index, new JsonObject { ["tool_calls"] = ChatChoice.ToJson(calls, numbered: true) });
                await FinishAsync(index, finish, last: --left == 0);
            }

            await events.KeepAliveAsync();
        }

        if (request.Stream.Usage) await events.SendAsync(answer.UsageChunk(choices, running.Handle.PromptTokens));
        await events.SendDoneAsync();

        Task SendAsync(int choice, JsonObject delta, JsonArray? entries = null, string? padded = null)
        {
            var chunk = answer.Chunk(choice, delta, entries);
            if (request.Stream.Usage) chunk["usage"] = null;
            if (request.Stream.Obfuscation && padded is not null) Obfuscation.Pad(chunk, padded);
            return events.SendAsync(chunk);
        }

        Task FinishAsync(int choice, string finish, bool last)
        {
            var chunk = answer.Chunk(choice, [], finish: finish);
            if (request.Stream.Usage) chunk["usage"] = null;
            else if (last) ChatAnswer.AddStatistics(chunk, [.. choices.Select(each => each.Statistics)]);
            return events.SendAsync(chunk);
        }
    }

    private static async Task<JsonArray?> LogProbabilitiesAsync(RunningCompletion running, TokenChunk chunk)
    {
        var tokens = chunk.LogProbabilities.Where(token => !running.Handle.StopTokens.Contains(token.Token)).ToArray();
        if (tokens.Length == 0) return null;
        return LogProbabilities.Content(tokens, await running.SpellAsync(LogProbabilities.Tokens(tokens)));
    }

    private static TurnEnd Check(TurnEnd end) => end.Finish is "error" or "cancelled" ? throw ApiError.From(end) : end;
}
