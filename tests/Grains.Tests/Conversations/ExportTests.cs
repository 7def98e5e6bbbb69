using System.Text;
using System.Text.RegularExpressions;
using NGrammys.Grains.Export;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>A conversation as a file, and a file as a conversation.</summary>
public sealed class ExportTests(GrainCluster cluster)
{
    [Fact]
    public async Task What_is_exported_is_imported_whole_under_ids_of_its_own()
    {
        var (chat, _) = await ConversedAsync();
        var file = await chat.Grain.Export();
        var copy = new Chat(cluster, "importer");

        var summary = await copy.Grain.Import(Guid.NewGuid(), file);

        var (before, after) = (await cluster.Store.LoadAsync(chat.Id), await cluster.Store.LoadAsync(copy.Id));
        Assert.Equal((copy.Id.Id, "first", true), (summary.Id, summary.Title, summary.Pinned));
        Assert.Equal(before!.Header.Settings, after!.Header.Settings);
        Assert.Equal(before.Messages.Select(m => (m.Role, m.Text, m.Created)), after.Messages.Select(m => (m.Role, m.Text, m.Created)));
        Assert.Equal(Parents(before), Parents(after));
        Assert.Equal(before.Messages.ToList().FindIndex(m => m.Id == before.Header.Leaf), after.Messages.ToList().FindIndex(m => m.Id == after.Header.Leaf));
        Assert.Empty(before.Messages.Select(m => m.Id).Intersect(after.Messages.Select(m => m.Id)));
        Assert.Equal(before.Turns.Select(t => (t.Settings, t.Seed, t.Fingerprint, t.Began, t.Ended, t.End)),
            after.Turns.Select(t => (t.Settings, t.Seed, t.Fingerprint, t.Began, t.Ended, t.End)));
        for (var i = 0; i < before.Turns.Count; i++)
        {
            Assert.Equivalent(await cluster.Store.ReadAsync(chat.Id, before.Turns[i].Id, 0, 0), await cluster.Store.ReadAsync(copy.Id, after.Turns[i].Id, 0, 0), strict: true);
            var read = copy.Read(after.Turns[i].Id);
            await read.ReadToEndAsync();
            Assert.Equal(before.Turns[i].End!.Text, read.Text);
        }

        await copy.AskAsync("goes on");
        Assert.Equal(before.Messages.Count + 2, (await copy.Grain.Get()).Messages.Length);
    }

    [Fact]
    public async Task What_is_said_next_is_prompted_in_the_same_tokens_as_where_it_came_from()
    {
        var (chat, _) = await ConversedAsync();
        var copy = new Chat(cluster, "importer");
        await copy.Grain.Import(Guid.NewGuid(), await chat.Grain.Export());

        await chat.AskAsync("goes on");
        var next = await copy.AskAsync("goes on");

        Assert.Equal(await PromptsAsync(chat), await PromptsAsync(copy));
        // The first reply is the branch that goes on: with it stands all but the new question.
        var first = (await cluster.Store.LoadAsync(copy.Id))!.Turns[0];
        var said = (await cluster.Store.ReadPromptAsync(copy.Id, first.Id))!.Length + (await cluster.Store.ReadAsync(copy.Id, first.Id, 0, 0)).Sum(row => row.Tokens.Length);
        Assert.Equal(said + "goes on".Length + 3, next.End!.Statistics.PromptTokens);
    }

    [Fact]
    public async Task A_file_without_prompts_is_one_of_an_earlier_release()
    {
        var (chat, _) = await ConversedAsync();
        var file = Regex.Replace(Encoding.UTF8.GetString(await chat.Grain.Export()), "\"prompt\":\\{[^}]*\\},", "");
        Assert.DoesNotContain("prompt\":", file, StringComparison.Ordinal);
        var copy = new Chat(cluster, "importer");

        await copy.Grain.Import(Guid.NewGuid(), Encoding.UTF8.GetBytes(file));

        Assert.All(await PromptsAsync(copy), Assert.Empty);
        await copy.AskAsync("goes on");
    }

    [Fact]
    public async Task An_import_that_is_repeated_is_the_same_one_and_an_import_of_an_import_is_the_same_file()
    {
        var (chat, _) = await ConversedAsync();
        var (copy, operation) = (new Chat(cluster, "importer"), Guid.NewGuid());

        var first = await copy.Grain.Import(operation, await chat.Grain.Export());
        var again = await copy.Grain.Import(operation, await chat.Grain.Export());

        Assert.Equal(first, again);
        Assert.Equal(WithoutIds(await chat.Grain.Export()), WithoutIds(await copy.Grain.Export()));
        await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => new Chat(cluster, "importer").Grain.Export());
    }

    [Fact]
    public async Task A_reply_that_is_still_written_is_left_out()
    {
        var go = new TaskCompletionSource();
        cluster.Engine.Use(ScriptedChat.Answering(_ => "a reply"));
        cluster.Store.OnAppend = _ => go.Task;
        try
        {
            var chat = await Chat.CreateAsync(cluster);
            await chat.SendAsync("question");
            var copy = new Chat(cluster, "importer");
            await copy.Grain.Import(Guid.NewGuid(), await chat.Grain.Export());

            var view = await copy.Grain.Get();
            Assert.Equal(("question", null), (Assert.Single(view.Messages).Text, view.RunningTurn));
            Assert.Equal(view.Messages[0].Id, view.SelectedMessage);
        }
        finally
        {
            go.TrySetResult();
            cluster.Store.OnAppend = null;
        }
    }

    [Theory]
    [InlineData(0, "\"format\":\"ngrammys.conversation\"", "\"format\":\"other\"")]
    [InlineData(0, "\"version\":1", "\"version\":2")]
    [InlineData(0, "\"conversation\":", "\"konversation\":")]
    [InlineData(0, "\"settings\":{", "\"settings\":{\"Temperature\":\"hot\",")]
    [InlineData(0, "\"title\":\"", "\"title\":null,\"x\":\"")]
    [InlineData(1, "\"role\":\"user\"", "\"role\":\"1\"")]
    [InlineData(1, "\"text\":\"first\"", "\"text\":7")]
    [InlineData(1, "\"message\":", "\"massage\":")]
    [InlineData(1, "{\"message\"", "[\"message\"")]
    [InlineData(1, "{\"message\"", "null//")]
    [InlineData(1, "\"id\":\"", "\"id\":\"x")]
    [InlineData(2, "\"parent\":\"", "\"parent\":\"00000000-0000-0000-0000-000000000001\",\"x\":\"")]
    [InlineData(-1, "\"message\":\"", "\"message\":\"00000000-0000-0000-0000-000000000001\",\"x\":\"")]
    [InlineData(-1, "\"seed\":\"", "\"seed\":\"-")]
    [InlineData(-1, "\"choices\":1", "\"choices\":0")]
    [InlineData(-1, "\"choices\":1", "\"choices\":1000000000")]
    [InlineData(-1, "\"finish\":\"stop\"", "\"finish\":\"well\"")]
    [InlineData(-1, "\"statistics\":{", "\"statistics\":{\"Tokens\":\"many\",")]
    [InlineData(-1, "\"settings\":{", "\"settings\":[],\"x\":{")]
    [InlineData(-1, "\"shared\":", "\"shared\":9")]
    [InlineData(-1, "\"shared\":", "\"shared\":-1,\"x\":")]
    [InlineData(-1, "\"prompt\":{", "\"prompt\":[],\"x\":{")]
    [InlineData(-1, "\"position\":0", "\"position\":1")]
    [InlineData(-1, "\"textOffset\":0", "\"textOffset\":-1")]
    [InlineData(-1, "\"tokens\":[", "\"tokens\":[1000000000,")]
    [InlineData(-1, "\"tokens\":[", "\"tokens\":[-1,")]
    [InlineData(-1, "\"sources\":[", "\"sources\":[256,")]
    [InlineData(-1, "\"survival\":[", "\"survival\":[1e99,")]
    [InlineData(-1, "\"steps\":[", "\"steps\":[null,")]
    public async Task A_file_that_is_wrong_is_refused_with_one_line_and_leaves_nothing(int line, string right, string wrong)
    {
        var (chat, _) = await ConversedAsync();
        var lines = Encoding.UTF8.GetString(await chat.Grain.Export()).TrimEnd('\n').Split('\n');
        var at = line < 0 ? lines.Length + line : line;
        Assert.Contains(right, lines[at], StringComparison.Ordinal);
        var first = lines[at].IndexOf(right, StringComparison.Ordinal);
        lines[at] = string.Concat(lines[at].AsSpan(0, first), wrong, lines[at].AsSpan(first + right.Length));
        var copy = new Chat(cluster, "importer");

        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => copy.Grain.Import(Guid.NewGuid(), Encoding.UTF8.GetBytes(string.Join('\n', lines))));

        await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => copy.Grain.Get());
    }

    [Fact]
    public async Task What_is_no_file_is_refused()
    {
        var (chat, _) = await ConversedAsync();
        var file = await chat.Grain.Export();
        var copy = new Chat(cluster, "importer");
        byte[][] wrong =
        [
            [], "\n\n"u8.ToArray(), "PK\u0003\u0004"u8.ToArray(), [0xFF, 0xFE, 0x00], file[..(file.Length - 30)], [.. file, .. file],
            new byte[ConversationFile.Largest + 1],
        ];
        foreach (var one in wrong) await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => copy.Grain.Import(Guid.NewGuid(), one));
    }

    /// <summary>Two branches, three turns, settings, a pin.</summary>
    private async Task<(Chat Chat, TurnHandle First)> ConversedAsync()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question} 日本語"));
        var chat = await Chat.CreateAsync(cluster);
        await chat.Grain.Configure(new TurnSettings { MaxTokens = 60, SystemPrompt = "Be brief." });
        var first = await chat.SendAsync("first");
        await chat.Read(first.Turn).ReadToEndAsync();
        var again = await chat.Grain.Regenerate(new RegenerateRequest { OperationId = Guid.NewGuid(), Message = first.AssistantMessage });
        await chat.Read(again.Turn).ReadToEndAsync();
        await chat.AskAsync("second");
        await chat.Grain.Select(first.AssistantMessage);
        await chat.Grain.Pin(true);
        return (chat, first);
    }

    private async Task<int[][]> PromptsAsync(Chat chat) =>
        await Task.WhenAll((await cluster.Store.LoadAsync(chat.Id))!.Turns.Select(async turn => await cluster.Store.ReadPromptAsync(chat.Id, turn.Id) ?? []));

    private static IEnumerable<int> Parents(Storage.StoredConversation stored)
    {
        var all = stored.Messages.Select(message => message.Id).ToList();
        return stored.Messages.Select(message => message.Parent is { } parent ? all.IndexOf(parent) : -1);
    }

    private static string WithoutIds(byte[] file) =>
        Regex.Replace(Encoding.UTF8.GetString(file), "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id");
}
