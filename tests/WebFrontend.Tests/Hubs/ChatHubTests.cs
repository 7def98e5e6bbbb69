using System.Text.Json;
using NGrammys.Client;
using NGrammys.Client.Protocol;

namespace NGrammys.WebFrontend.Tests.Hubs;

public sealed class ChatHubTests(Cluster cluster) : WebServerTests(cluster)
{
    [Fact]
    public async Task A_conversation_is_created_listed_renamed_and_deleted()
    {
        await using var client = await Server.ConnectAsync();

        var created = await client.CreateConversationAsync("First", Cancellation);
        await client.RenameAsync(created.Id, "Second", Cancellation);
        Assert.Equal("Second", (await client.ListConversationsAsync(Cancellation)).Single(c => c.Id == created.Id).Title);

        await client.DeleteAsync(created.Id, Cancellation);
        Assert.DoesNotContain(await client.ListConversationsAsync(Cancellation), c => c.Id == created.Id);
    }

    [Fact]
    public async Task The_server_says_what_it_serves()
    {
        await using var client = await Server.ConnectAsync();

        var server = await client.GetServerAsync(Cancellation);

        Assert.Equal(("scripted", "cpu", "float32", 2048), (server.Model, server.Device, server.DataType, server.ContextLength));
        Assert.Matches(@"^\d+\.\d+\.\d+", server.Version);
    }

    [Fact]
    public async Task A_conversation_is_held_with_the_model_that_is_chosen()
    {
        await using var client = await Server.ConnectAsync();
        Assert.Equal(["scripted", "second"], (await client.GetServerAsync(Cancellation)).Models.Select(model => model.Name));

        var created = await client.CreateConversationAsync(new CreateConversationRequest { OperationId = Guid.NewGuid(), Model = "second" }, Cancellation);
        Assert.Equal("second", created.Model);
        await client.UseModelAsync(created.Id, "scripted", Cancellation);
        Assert.Equal("scripted", (await client.GetConversationAsync(created.Id, Cancellation)).Model);
        Assert.Null((await client.CreateConversationAsync("Unchosen", Cancellation)).Model);

        var refusal = await Assert.ThrowsAsync<ChatException>(() => client.UseModelAsync(created.Id, "cedar", Cancellation));
        Assert.Equal((RefusalCode.ModelUnavailable, "No node serves cedar now."), (refusal.Code, refusal.Message));
        var tried = await ReadAsync(client.TryAsync(new TryRequest { Messages = [new SaidMessage { Role = "user", Text = "Hi" }], Model = "second" }, Cancellation));
        Assert.EndsWith("second", string.Concat(tried.Select(e => e.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_streams_with_its_sources_and_statistics()
    {
        await using var client = await Server.ConnectAsync();
        var (conversation, turn) = await AskAsync(client);
        Reply.Of(turn).Say("Hello", " ", "world");
        Reply.Of(turn).End("stop");

        var events = await ReadAsync(client.ReadAsync(conversation, turn, cancellationToken: Cancellation));
        Assert.DoesNotContain(events, frame => frame.Obfuscation.Length == 0);

        Assert.Equal("Hello world", string.Concat(events.Select(e => e.Text)));
        Assert.Equal([0, 1, 2], events.SelectMany(e => e.Tokens));
        Assert.Equal([1, 1, 1], events.SelectMany(e => e.Sources));
        Assert.Equal([0.5f, 0.5f, 0.5f], events.SelectMany(e => e.Survival));
        Assert.Equal([0, 5, 6], events.Where(e => e.Kind == TurnEventKind.Tokens).Select(e => e.TextOffset));
        Assert.Equal(FinishReason.Stop, events[^1].Finish);
        Assert.Equal(new TurnStatistics { PromptTokens = 3, Tokens = 3, Steps = 2, Drafted = 9, Accepted = 7, Seconds = 1.5, TimeToFirstToken = 0.1, LeftOut = 2 }, events[^1].Statistics);
    }

    [Fact]
    public async Task A_reply_that_is_not_kept_is_read_once()
    {
        await using var client = await Server.ConnectAsync();

        var events = await ReadAsync(client.TryAsync(new TryRequest
        {
            Messages = [new SaidMessage { Role = "user", Text = "Hi" }],
            Settings = new TurnSettings { SystemPrompt = "Be brief.", Speculation = new SpeculationSettings { Mode = "off" } },
        }, Cancellation));

        Assert.Equal("""[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}] 0""", string.Concat(events.Select(e => e.Text)));
        Assert.Equal(FinishReason.Stop, events[^1].Finish);
    }

    [Theory]
    [InlineData("assistant", "Hi", "The last message must be the user's, and not empty.")]
    [InlineData("user", " ", "The last message must be the user's, and not empty.")]
    [InlineData("owner", "Hi", "role is 'owner'; it can be user or assistant.")]
    public async Task A_request_that_cannot_be_answered_is_refused(string role, string text, string line)
    {
        await using var client = await Server.ConnectAsync();

        var refusal = await Assert.ThrowsAsync<ChatException>(() =>
            ReadAsync(client.TryAsync(new TryRequest { Messages = [new SaidMessage { Role = role, Text = text }] }, Cancellation)));

        Assert.Equal((RefusalCode.InvalidRequest, line), (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task A_running_conversation_tells_its_messages_and_turn()
    {
        await using var client = await Server.ConnectAsync();
        var (id, turn) = await AskAsync(client);

        var conversation = await client.GetConversationAsync(id, Cancellation);

        Assert.Equal(turn, conversation.RunningTurnId);
        Assert.Equal(["user", "assistant"], conversation.Messages.Select(m => m.Role));
        Assert.Equal(conversation.SelectedMessageId, conversation.Messages[1].Id);
        Assert.Equal(conversation.Messages[0].Id, conversation.Messages[1].ParentId);
        Assert.Equal(turn, conversation.Messages[1].TurnId);
    }

    [Fact]
    public async Task Edits_regenerations_and_selections_reach_the_conversation()
    {
        await using var client = await Server.ConnectAsync();
        var (id, _) = await AskAsync(client);
        var message = Guid.NewGuid();
        var settings = new TurnSettings { Temperature = 0.5 };

        async Task<string> RefusalAsync(Func<Task> call) => (await Assert.ThrowsAsync<ChatException>(call)).Message;
        EditRequest edit = new() { ConversationId = id, OperationId = Guid.NewGuid(), MessageId = message, Text = "new words", Settings = settings };
        RegenerateRequest regenerate = new() { ConversationId = id, OperationId = Guid.NewGuid(), MessageId = message, Settings = settings };
        Assert.Equal($"edit {message} new words 0.5", await RefusalAsync(() => client.EditAsync(edit, Cancellation)));
        Assert.Equal($"regenerate {message} 0.5", await RefusalAsync(() => client.RegenerateAsync(regenerate, Cancellation)));
        Assert.Equal($"select {message}", await RefusalAsync(() => client.SelectAsync(id, message, Cancellation)));
    }

    [Fact]
    public async Task Settings_of_a_conversation_are_kept()
    {
        await using var client = await Server.ConnectAsync();
        var id = (await client.CreateConversationAsync(cancellationToken: Cancellation)).Id;
        var settings = new TurnSettings { Temperature = 0.5, SystemPrompt = "be brief", Speculation = new SpeculationSettings { Mode = "off" } };

        await client.ConfigureAsync(id, settings, Cancellation);

        Assert.Equal(settings, (await client.GetConversationAsync(id, Cancellation)).Settings);
    }

    [Fact]
    public async Task Reading_starts_where_the_reader_wants()
    {
        await using var client = await Server.ConnectAsync();
        var (conversation, turn) = await AskAsync(client);
        Reply.Of(turn).Say("a", "b", "c");
        Reply.Of(turn).End("stop");

        var events = await ReadAsync(client.ReadAsync(conversation, turn, from: 2, Cancellation));

        Assert.Equal("c", string.Concat(events.Select(e => e.Text)));
    }

    [Fact]
    public async Task A_reply_survives_cut_connections_without_loss_or_doubling()
    {
        await using var proxy = new CuttingProxy(Server.Address);
        await using var client = await ChatClient.ConnectAsync(proxy.Address, Server.NewKey(), cancellationToken: Cancellation);
        var (conversation, turn) = await AskAsync(client);
        var reply = Reply.Of(turn);

        var positions = new List<int>();
        var text = "";
        reply.Say("word0 ");
        await foreach (var frame in client.ReadAsync(conversation, turn, cancellationToken: Cancellation))
        {
            text += frame.Text;
            foreach (var token in frame.Tokens)
            {
                positions.Add(token);
                if (token is 5 or 17 or 18)
                    proxy.Cut();
                if (token < 30)
                    reply.Say($"word{token + 1} ");
                else
                    reply.End("stop");
            }
        }

        Assert.Equal(Enumerable.Range(0, 31), positions);
        Assert.Equal(reply.Text, text);
        Assert.True(proxy.Accepted >= 4, $"{proxy.Accepted} connections were made; each cut should have made another.");
    }

    [Fact]
    public async Task A_request_survives_a_cut_connection()
    {
        await using var proxy = new CuttingProxy(Server.Address);
        await using var client = await ChatClient.ConnectAsync(proxy.Address, Server.NewKey(), cancellationToken: Cancellation);
        await client.ListConversationsAsync(Cancellation);

        proxy.Cut();

        Assert.NotEqual(Guid.Empty, (await client.CreateConversationAsync("After the cut", Cancellation)).Id);
    }

    [Fact]
    public async Task Stop_ends_a_running_reply_while_it_is_read()
    {
        await using var client = await Server.ConnectAsync();
        var (conversation, turn) = await AskAsync(client);
        Reply.Of(turn).Say("said");

        var events = new List<TurnEvent>();
        await foreach (var frame in client.ReadAsync(conversation, turn, cancellationToken: Cancellation))
        {
            events.Add(frame);
            if (frame.Kind == TurnEventKind.Tokens)
                await client.StopAsync(conversation, turn, Cancellation);
        }

        Assert.Equal(FinishReason.Cancelled, events[^1].Finish);
        Assert.Equal("said", string.Concat(events.Select(e => e.Text)));
    }

    [Fact]
    public async Task A_failed_reply_ends_with_its_reason()
    {
        await using var client = await Server.ConnectAsync();
        var (conversation, turn) = await AskAsync(client);
        Reply.Of(turn).End("error");

        var end = (await ReadAsync(client.ReadAsync(conversation, turn, cancellationToken: Cancellation)))[^1];

        Assert.Equal((FinishReason.Error, "The engine has failed."), (end.Finish, end.Error));
    }

    [Fact]
    public async Task Refusals_are_typed_and_clear()
    {
        await using var client = await Server.ConnectAsync();
        var conversation = (await client.CreateConversationAsync(cancellationToken: Cancellation)).Id;

        var unknown = await Assert.ThrowsAsync<ChatException>(() => client.GetConversationAsync(Guid.NewGuid(), Cancellation));
        var empty = await Assert.ThrowsAsync<ChatException>(() => client.SendAsync(conversation, "", cancellationToken: Cancellation));
        var turn = await Assert.ThrowsAsync<ChatException>(() => ReadAsync(client.ReadAsync(conversation, Guid.NewGuid(), cancellationToken: Cancellation)));
        var mode = await Assert.ThrowsAsync<ChatException>(() => client.SendAsync(conversation, "hi",
            new TurnSettings { Speculation = new SpeculationSettings { Mode = "fast" } }, Cancellation));

        Assert.Equal((RefusalCode.UnknownConversation, "There is no such conversation."), (unknown.Code, unknown.Message));
        Assert.Equal((RefusalCode.InvalidRequest, "The message is empty."), (empty.Code, empty.Message));
        Assert.Equal((RefusalCode.UnknownTurn, "There is no such turn."), (turn.Code, turn.Message));
        Assert.Equal((RefusalCode.InvalidRequest, "speculation.mode is 'fast'; it can be auto or off."), (mode.Code, mode.Message));
    }

    [Fact]
    public async Task A_mistake_of_the_server_tells_no_secrets()
    {
        await using var client = await Server.ConnectAsync();
        var conversation = (await client.CreateConversationAsync(cancellationToken: Cancellation)).Id;

        var error = await Assert.ThrowsAsync<ChatException>(() => client.SendAsync(conversation, "fail", cancellationToken: Cancellation));

        Assert.Equal(RefusalCode.Internal, error.Code);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Theory]
    [InlineData("off", null, "0")]
    [InlineData("auto", null, "")]
    [InlineData("auto", 12, "12")]
    public async Task Settings_reach_the_conversation(string mode, int? maxNodes, string nodes)
    {
        await using var client = await Server.ConnectAsync();
        var conversation = (await client.CreateConversationAsync(cancellationToken: Cancellation)).Id;
        var settings = new TurnSettings { Temperature = 0.5, Seed = ulong.MaxValue, Speculation = new SpeculationSettings { Mode = mode, MaxNodes = maxNodes } };

        var echo = await Assert.ThrowsAsync<ChatException>(() => client.SendAsync(conversation, "settings", settings, Cancellation));

        Assert.Equal($"0.5 {ulong.MaxValue} {nodes}", echo.Message);
    }

    [Fact]
    public async Task Every_setting_reaches_the_conversation()
    {
        await using var client = await Server.ConnectAsync();
        var conversation = (await client.CreateConversationAsync(cancellationToken: Cancellation)).Id;
        var settings = new TurnSettings
        {
            Temperature = 0.5,
            TopK = 1,
            TopP = 0.25,
            MinP = 0.125,
            TypicalP = 0.75,
            RepetitionPenalty = 1.5,
            PresencePenalty = -1,
            FrequencyPenalty = 2,
            LogitBias = [new LogitBias { Token = 7, Bias = -3.5 }],
            Seed = 11,
            MaxTokens = 13,
            MinTokens = 5,
            Stop = ["a", "b"],
            StopTokens = [17],
            IgnoreEos = true,
            TopLogProbabilities = 4,
            ResponseFormat = new ResponseFormat { Type = "regex", Text = "a+" },
            SystemPrompt = "brief",
            Speculation = new SpeculationSettings { Mode = "off" },
        };

        var echo = await Assert.ThrowsAsync<ChatException>(() => client.SendAsync(conversation, "all settings", settings, Cancellation));

        var arrived = JsonSerializer.Deserialize<NGrammys.Grains.Interfaces.Conversations.TurnSettings>(echo.Message)!;
        Assert.Equal((0.5, 1, 0.25, 0.125, 0.75), (arrived.Temperature, arrived.TopK, arrived.TopP, arrived.MinP, arrived.TypicalP));
        Assert.Equal((1.5, -1, 2), (arrived.RepetitionPenalty, arrived.PresencePenalty, arrived.FrequencyPenalty));
        Assert.Equal((7, -3.5), (arrived.LogitBias.Single().Token, arrived.LogitBias.Single().Bias));
        Assert.Equal((11UL, 13, 5, 4), (arrived.Seed, arrived.MaxTokens, arrived.MinTokens, arrived.TopLogProbabilities));
        Assert.Equal(["a", "b"], arrived.Stop);
        Assert.Equal([17], arrived.StopTokens);
        Assert.Equal(("regex", "a+"), (arrived.Constraint!.Kind, arrived.Constraint.Text));
        Assert.Equal((true, "brief", 0), (arrived.IgnoreEndOfSequence, arrived.SystemPrompt, arrived.MaxDraftNodes));
    }

    [Fact]
    public async Task A_long_pasted_text_is_taken()
    {
        await using var client = await Server.ConnectAsync();
        var conversation = (await client.CreateConversationAsync(cancellationToken: Cancellation)).Id;
        var text = new string('x', 500_000);

        await client.SendAsync(conversation, text, cancellationToken: Cancellation);

        Assert.Equal(text, (await client.GetConversationAsync(conversation, Cancellation)).Messages[0].Text);
    }

    internal static async Task<(Guid Conversation, Guid Turn)> AskAsync(ChatClient client)
    {
        var conversation = await client.CreateConversationAsync("Test", Cancellation);
        var sent = await client.SendAsync(conversation.Id, "Hello?", cancellationToken: Cancellation);
        return (conversation.Id, sent.TurnId);
    }

    private static async Task<List<TurnEvent>> ReadAsync(IAsyncEnumerable<TurnEvent> reply)
    {
        var events = new List<TurnEvent>();
        await foreach (var frame in reply)
            events.Add(frame);
        return events;
    }
}
