using System.Net;
using System.Net.Http.Headers;
using System.Text;
using NGrammys.Client;
using NGrammys.Client.Protocol;

namespace NGrammys.WebFrontend.Tests.Files;

public sealed class ConversationFilesTests(Cluster cluster) : WebServerTests(cluster)
{
    [Fact]
    public async Task A_conversation_is_exported_and_imported()
    {
        await using var client = await Server.ConnectAsync();
        var conversation = await client.CreateConversationAsync("題 & more", Cancellation);

        var file = await client.ExportAsync(conversation.Id, Cancellation);
        var imported = await client.ImportAsync(file, Cancellation);

        Assert.Equal("題 & more", Encoding.UTF8.GetString(file));
        Assert.Equal("題 & more", imported.Title);
        Assert.NotEqual(conversation.Id, imported.Id);
        Assert.Contains(await client.ListConversationsAsync(Cancellation), listed => listed.Id == imported.Id);
    }

    [Fact]
    public async Task A_branch_is_exported_as_a_document()
    {
        await using var client = await Server.ConnectAsync();
        var conversation = await client.CreateConversationAsync("Title\nand more", Cancellation);
        await client.SendAsync(conversation.Id, "What is *this*?\n", cancellationToken: Cancellation);

        Assert.Equal("# Title and more\n\n## You\n\nWhat is *this*?\n\n## Assistant\n\n\n", await client.ExportMarkdownAsync(conversation.Id, Cancellation));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_one_line()
    {
        await using var client = await Server.ConnectAsync();

        await RefusedAsync(RefusalCode.UnknownConversation, () => client.ExportAsync(Guid.NewGuid(), Cancellation));
        await RefusedAsync(RefusalCode.InvalidRequest, () => client.ImportAsync("bad"u8.ToArray(), Cancellation));
        Assert.DoesNotContain("secret", (await RefusedAsync(RefusalCode.Internal, () => client.ImportAsync("fail"u8.ToArray(), Cancellation))).Message, StringComparison.Ordinal);
        await RefusedAsync(RefusalCode.InvalidRequest, () => client.ImportAsync(new byte[(32 * 1024 * 1024) + 1], Cancellation));
    }

    [Fact]
    public async Task A_file_is_an_attachment_that_no_cache_keeps()
    {
        await using var client = await Server.ConnectAsync();
        var conversation = await client.CreateConversationAsync("Title", Cancellation);
        using var http = new HttpClient { BaseAddress = Server.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync($"conversations/{conversation.Id}/export", Cancellation)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Server.NewKey());

        using var answer = await http.GetAsync($"conversations/{conversation.Id}/export", Cancellation);

        Assert.Equal(("application/jsonl", "attachment", $"{conversation.Id}.jsonl"), (answer.Content.Headers.ContentType?.MediaType,
            answer.Content.Headers.ContentDisposition?.DispositionType, answer.Content.Headers.ContentDisposition?.FileName?.Trim('"')));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"conversations/{conversation.Id}/export?format=pdf", Cancellation)).StatusCode);
    }

    private static async Task<ChatException> RefusedAsync(string code, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<ChatException>(act);
        Assert.Equal(code, refusal.Code);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal;
    }
}
