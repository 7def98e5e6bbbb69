using System.Text;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Placement;

/// <summary>One cluster that serves two models: amber on two silos, birch on one.</summary>
public sealed class ModelPlacementTests : IAsyncLifetime
{
    private readonly GrainCluster _cluster = new(TimeProvider.System, silos: 3, duties: true, models: ["amber", "birch", "amber"]);

    public async ValueTask InitializeAsync()
    {
        foreach (var model in (string[])["amber", "birch"]) _cluster.EngineOf(model).Use(Says(model));
        await _cluster.InitializeAsync();
        await _cluster.HeardAsync("amber", "birch");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Conversations_live_where_their_model_is_served_and_those_without_one_with_the_first_by_name()
    {
        for (var i = 0; i < 5; i++)
        {
            foreach (var (asked, served) in ((string?, string)[])[("amber", "amber"), ("birch", "birch"), (null, "amber")])
            {
                var chat = await Chat.CreateAsync(_cluster, model: asked);

                Assert.Equal(Song(served, "sing"), (await chat.AskAsync("sing")).Text);
                Assert.Equal(served, await _cluster.ModelOfAsync(chat.Grain));
                Assert.Equal(asked, (await chat.Grain.Get()).Summary.Model);
                await chat.DeactivateAsync();
                Assert.Equal(Song(served, "again"), (await chat.AskAsync("again")).Text);
            }
        }

        var server = await _cluster.Grains.GetGrain<IServerGrain>(0).Describe();
        Assert.Equal("amber", server.Model);
        Assert.Equal(["amber", "birch"], server.Models.Select(model => model.Name));
        await Refusal.ExpectAsync(ConversationError.ModelUnavailable, () => Chat.CreateAsync(_cluster, model: "cedar"));
    }

    [Fact]
    public async Task A_reply_whose_silo_dies_goes_on_with_its_model()
    {
        using var gate = new Gate();
        _cluster.EngineOf("amber").Use(Says("amber"), gate);
        var chat = await Chat.CreateAsync(_cluster, model: "amber");
        var reader = chat.Read((await chat.SendAsync("sing")).Turn);
        await reader.StepAsync(gate, 5);

        await _cluster.KillSiloOfAsync(chat.Grain);
        gate.Open();
        await reader.ReadToEndAsync();

        Assert.Equal((Song("amber", "sing"), "stop"), (reader.Text, reader.End!.Finish));
        Assert.True(reader.Chunks.Select(chunk => chunk.Epoch).Distinct().Count() > 1, "The reply was not taken over.");
        Assert.Equal("amber", await _cluster.ModelOfAsync(chat.Grain));
    }

    [Fact]
    public async Task A_reply_whose_model_is_gone_waits_for_it_and_can_be_read_meanwhile()
    {
        var chat = await Chat.CreateAsync(_cluster, model: "birch");
        await chat.AskAsync("first");
        using var gate = new Gate();
        _cluster.EngineOf("birch").Use(Says("birch"), gate);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);

        await _cluster.KillSiloOfAsync(chat.Grain);
        gate.Open();
        await _cluster.HeardAsync("amber");

        Assert.Equal(Song("birch", "first"), (await chat.Grain.Get()).Messages[1].Text);
        await Refusal.ExpectAsync(ConversationError.ModelUnavailable, () => chat.SendAsync("more"));
        await Refusal.ExpectAsync(ConversationError.ModelUnavailable, async () => await chat.Grain.Stream(turn.Turn, 0, 0).FirstAsync());

        await _cluster.StartSiloAsync("birch");
        await reader.ReadToEndAsync();

        Assert.Equal((Song("birch", "sing"), "stop"), (reader.Text, reader.End!.Finish));
        Assert.Equal("birch", await _cluster.ModelOfAsync(chat.Grain));
    }

    [Fact]
    public async Task A_reply_whose_model_is_gone_can_be_stopped_and_another_model_goes_on_with_the_conversation()
    {
        using var gate = new Gate();
        _cluster.EngineOf("birch").Use(Says("birch"), gate);
        var chat = await Chat.CreateAsync(_cluster, model: "birch");
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);
        await _cluster.KillSiloOfAsync(chat.Grain);
        gate.Open();
        await _cluster.HeardAsync("amber");

        await chat.Grain.Stop(turn.Turn);
        await chat.Grain.UseModel("amber");

        var view = await chat.Grain.Get();
        Assert.Equal(("amber", "cancelled"), (view.Summary.Model, view.Messages[1].End!.Finish));
        Assert.StartsWith(reader.Text, view.Messages[1].Text, StringComparison.Ordinal);
        Assert.Equal(Song("amber", "again"), (await chat.AskAsync("again")).Text);
    }

    [Fact]
    public async Task A_conversation_moves_to_the_model_that_is_chosen_for_it()
    {
        var chat = await Chat.CreateAsync(_cluster, model: "birch");
        await chat.AskAsync("sing");

        await chat.Grain.UseModel("amber");

        await Refusal.ExpectAsync(ConversationError.ModelUnavailable, () => chat.Grain.UseModel("cedar"));
        var reader = chat.Read((await MovedAsync(() => chat.SendAsync("again"))).Turn);
        await reader.ReadToEndAsync();
        Assert.Equal(Song("amber", "again"), reader.Text);
        Assert.Equal("amber", await _cluster.ModelOfAsync(chat.Grain));
    }

    [Fact]
    public async Task An_imported_conversation_goes_on_with_the_model_that_its_file_names_where_that_is_served()
    {
        var chat = await Chat.CreateAsync(_cluster, model: "birch");
        await chat.AskAsync("sing");
        var file = Encoding.UTF8.GetString(await chat.Grain.Export());
        foreach (var (named, kept) in ((string, string?)[])[("birch", "birch"), ("cedar", null)])
        {
            var copy = new Chat(_cluster, "importer");

            await MovedAsync(() => copy.Grain.Import(Guid.NewGuid(), Encoding.UTF8.GetBytes(file.Replace("\"model\":\"birch\"", $"\"model\":\"{named}\"", StringComparison.Ordinal))));

            Assert.Equal(kept, (await copy.Grain.Get()).Summary.Model);
            var reader = copy.Read((await MovedAsync(() => copy.SendAsync("again"))).Turn);
            await reader.ReadToEndAsync();
            Assert.Equal(Song(kept ?? "amber", "again"), reader.Text);
        }

        // Wherever it is read: birch's silo would have to look these tokens up.
        var wrong = Encoding.UTF8.GetBytes(file.Replace("\"tokens\":[", "\"tokens\":[1000000000,", StringComparison.Ordinal));
        for (var i = 0; i < 5; i++) await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => new Chat(_cluster, "importer").Grain.Import(Guid.NewGuid(), wrong));
    }

    [Fact]
    public async Task A_request_that_is_not_kept_is_answered_by_the_model_that_it_names()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Song("birch", "sing"), await CompleteAsync("birch"));
            Assert.Equal(Song("amber", "sing"), await CompleteAsync(null));
        }

        await Refusal.ExpectAsync(ConversationError.ModelUnavailable, () => CompleteAsync("cedar"));
    }

    // As frontends do: a conversation that moves says so.
    private static async Task<T> MovedAsync<T>(Func<Task<T>> act)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                return await act();
            }
            catch (ConversationException e) when (e.Error == ConversationError.Unavailable && TimeProvider.System.GetElapsedTime(began) < EngineFixture.Patience)
            {
            }
        }
    }

    private async Task<string> CompleteAsync(string? model)
    {
        CallModel.Set(model);
        var grain = _cluster.Grains.GetGrain<ICompletionGrain>(new ConversationKey(new Owner("tenant", "user"), Guid.NewGuid()).ToString());
        await grain.Begin(new CompletionRequest { Prompt = new CompletionPrompt { Messages = """[{"role":"user","content":"sing"}]""" } });
        return string.Concat(await grain.Stream(0, 0).Select(chunk => chunk.Text).ToListAsync());
    }

    private static Func<IReadOnlyList<int>, int> Says(string model) => ScriptedChat.Answering(question => Song(model, question));

    private static string Song(string model, string question) => $"{model}: {ScriptedChat.Song(question)}";
}
