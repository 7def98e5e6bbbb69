using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using NGrammys.Client.Protocol;

namespace NGrammys.Client;

/// <summary>Fetches and puts conversations as files, beside the hub.</summary>
internal sealed class ConversationTransfer : IDisposable
{
    private readonly HttpClient _http;

    public ConversationTransfer(Uri server, string key)
    {
        _http = new HttpClient { BaseAddress = server };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public async Task<byte[]> ExportAsync(Guid conversation, string format, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(() => _http.GetAsync($"conversations/{conversation}/export?format={format}", cancellationToken), cancellationToken);
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public async Task<ConversationSummary> ImportAsync(Guid operation, byte[] file, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"conversations/import?operationId={operation}") { Content = new ByteArrayContent(file) };
        // A file that is refused for its size is not sent at all, and the answer is heard.
        request.Headers.ExpectContinue = true;
        using var answer = await AskAsync(() => _http.SendAsync(request, cancellationToken), cancellationToken);
        return (await answer.Content.ReadFromJsonAsync<ConversationSummary>(cancellationToken))!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> AskAsync(Func<Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await ask();
        }
        catch (HttpRequestException e)
        {
            throw new ChatException(RefusalCode.Unavailable, $"{_http.BaseAddress} cannot be reached: {e.Message}", e);
        }

        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw await RefusalAsync(answer, cancellationToken);
    }

    private static async Task<ChatException> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("error");
            return new ChatException(error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new ChatException(RefusalCode.Internal, $"The server answered {(int)answer.StatusCode} without saying why.", e);
        }
    }
}
