namespace NGrammys.Storage.Tests;

/// <summary>Creation, listing, claims, changes and deletion.</summary>
public abstract class ConversationCompliance(StoreUnderTest store) : Compliance(store)
{
    [Fact]
    public async Task Create_new_conversation_is_loaded_as_it_was_given()
    {
        var id = Sample.Conversation();

        var created = await Conversations.CreateAsync(id, Guid.NewGuid(), "A title", """{"a":1}""");

        Assert.Equal(CreateOutcome.Created, created.Outcome);
        var loaded = await Conversations.LoadAsync(id);
        Assert.Equal(created.Header, loaded?.Header);
        Assert.Equal(
            new ConversationHeader
            {
                Id = id,
                Title = "A title",
                Settings = """{"a":1}""",
                Running = false,
                Created = Store.Time.GetUtcNow(),
                Updated = Store.Time.GetUtcNow(),
            },
            loaded?.Header);
        Assert.Empty(loaded!.Messages);
        Assert.Empty(loaded.Turns);
    }

    [Fact]
    public async Task Create_same_operation_again_answers_with_the_first_conversation()
    {
        var first = Sample.Conversation();
        var operation = Guid.NewGuid();
        await Conversations.CreateAsync(first, operation, "Title", "{}");
        await Conversations.ChangeAsync(first, new ConversationChange(Title: "Renamed"));

        var sameId = await Conversations.CreateAsync(first, operation, "Title", "{}");
        var otherId = await Conversations.CreateAsync(Sample.Conversation(), operation, "Title", "{}");

        Assert.Equal((CreateOutcome.Repeated, first, "Renamed"), (sameId.Outcome, sameId.Header!.Id, sameId.Header.Title));
        Assert.Equal((CreateOutcome.Repeated, first), (otherId.Outcome, otherId.Header!.Id));
        Assert.Single(await Conversations.ListAsync("acme", "ann", 10));
    }

    [Fact]
    public async Task Create_same_id_by_another_operation_is_a_conflict()
    {
        var id = Sample.Conversation();
        await Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");

        Assert.Equal(CreateOutcome.Conflict, (await Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}")).Outcome);
    }

    [Fact]
    public async Task Create_same_id_and_operation_of_other_owners_are_other_conversations()
    {
        var (id, operation) = (Guid.NewGuid(), Guid.NewGuid());
        ConversationId[] all = [new("acme", "ann", id), new("acme", "bob", id), new("umbrella", "ann", id)];

        foreach (var one in all)
            Assert.Equal(CreateOutcome.Created, (await Conversations.CreateAsync(one, operation, one.ToString(), "{}")).Outcome);

        foreach (var one in all)
            Assert.Equal(one.ToString(), (await Conversations.LoadAsync(one))!.Header.Title);
    }

    [Fact]
    public async Task List_shows_only_the_owners_conversations()
    {
        var mine = Sample.Conversation();
        foreach (var id in (ConversationId[])[mine, Sample.Conversation(owner: "bob"), Sample.Conversation(tenant: "umbrella")])
            await Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");

        Assert.Equal(mine, Assert.Single(await Conversations.ListAsync("acme", "ann", 10)).Id);
        Assert.Empty(await Conversations.ListAsync("acme", "Ann", 10));
    }

    [Fact]
    public async Task List_puts_the_last_updated_first_and_the_last_created_before_its_equals()
    {
        var claims = new List<Claim>();
        for (var i = 0; i < 4; i++)
            claims.Add(await CreateAndClaimAsync());
        Store.Time.Advance(TimeSpan.FromSeconds(1));
        await BeginAsync(claims[1]);

        var listed = await Conversations.ListAsync("acme", "ann", 3);

        Assert.Equal([claims[1].Conversation, claims[3].Conversation, claims[2].Conversation], listed.Select(c => c.Id));
    }

    [Fact]
    public async Task List_and_load_tell_whether_a_turn_runs()
    {
        var claim = await CreateAndClaimAsync();
        var turn = await BeginAsync(claim);
        Assert.True(Assert.Single(await Conversations.ListAsync("acme", "ann", 1)).Running);

        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [], Sample.End()));

        Assert.False(Assert.Single(await Conversations.ListAsync("acme", "ann", 1)).Running);
        Assert.False((await LoadAsync(claim)).Header.Running);
    }

    [Fact]
    public async Task Claim_raises_the_epoch_and_draws_a_token()
    {
        var first = await CreateAndClaimAsync();
        var second = await Conversations.ClaimAsync(first.Conversation);

        Assert.Equal((1L, 2L), (first.Epoch, second!.Epoch));
        Assert.NotEqual(first.Token, second.Token);
    }

    [Fact]
    public async Task Claim_and_load_of_an_unknown_or_foreign_conversation_find_nothing()
    {
        var claim = await CreateAndClaimAsync();
        var foreign = claim.Conversation with { Owner = "bob" };

        Assert.Null(await Conversations.ClaimAsync(foreign));
        Assert.Null(await Conversations.LoadAsync(foreign));
        Assert.False(await Conversations.ChangeAsync(foreign, new ConversationChange(Title: "Mine now")));
        Assert.False(await Conversations.DeleteAsync(foreign));
        Assert.Equal("Title", (await LoadAsync(claim)).Header.Title);
    }

    [Fact]
    public async Task Change_sets_what_is_given_and_leaves_the_rest_and_the_order()
    {
        var claim = await CreateAndClaimAsync();
        var before = (await LoadAsync(claim)).Header;
        Store.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await Conversations.ChangeAsync(claim.Conversation, new ConversationChange(Title: "New")));
        Assert.True(await Conversations.ChangeAsync(claim.Conversation, new ConversationChange(Settings: """{"b":2}""")));

        Assert.Equal(before with { Title = "New", Settings = """{"b":2}""" }, (await LoadAsync(claim)).Header);
    }

    [Fact]
    public async Task Change_selects_a_branch_only_by_a_message_that_exists()
    {
        var claim = await CreateAndClaimAsync();
        var turn = await BeginAsync(claim);

        Assert.True(await Conversations.ChangeAsync(claim.Conversation, new ConversationChange(Leaf: turn.Message!.Id)));
        Assert.False(await Conversations.ChangeAsync(claim.Conversation, new ConversationChange(Title: "No", Leaf: Guid.NewGuid())));

        var header = (await LoadAsync(claim)).Header;
        Assert.Equal((turn.Message.Id, "Title"), (header.Leaf, header.Title));
    }

    [Fact]
    public async Task Change_pins_a_conversation_before_those_that_are_newer()
    {
        var (pinned, other) = (await CreateAndClaimAsync(), await CreateAndClaimAsync());
        Store.Time.Advance(TimeSpan.FromSeconds(1));
        await BeginAsync(other);

        Assert.True(await Conversations.ChangeAsync(pinned.Conversation, new ConversationChange(Pinned: true)));
        Assert.True(await Conversations.ChangeAsync(pinned.Conversation, new ConversationChange(Title: "Pinned")));

        var listed = await Conversations.ListAsync("acme", "ann", 10);
        Assert.Equal([(pinned.Conversation, true, "Pinned"), (other.Conversation, false, "Title")], listed.Select(c => (c.Id, c.Pinned, c.Title)));
        Assert.True(await Conversations.ChangeAsync(pinned.Conversation, new ConversationChange(Pinned: false)));
        Assert.Equal(other.Conversation, (await Conversations.ListAsync("acme", "ann", 1))[0].Id);
        Assert.False(await Conversations.ChangeAsync(Sample.Conversation(), new ConversationChange(Pinned: true)));
    }

    [Fact]
    public async Task Model_is_the_one_of_the_creation_until_another_is_chosen()
    {
        var (named, unnamed) = (Sample.Conversation(), Sample.Conversation());

        Assert.Equal("a/model", (await Conversations.CreateAsync(named, Guid.NewGuid(), "Title", "{}", "a/model")).Header!.Model);
        Assert.Null((await Conversations.CreateAsync(unnamed, Guid.NewGuid(), "Title", "{}")).Header!.Model);
        Assert.True(await Conversations.ChangeAsync(named, new ConversationChange(Title: "Renamed")));
        Assert.True(await Conversations.ChangeAsync(unnamed, new ConversationChange(Model: "another")));

        Assert.Equal("a/model", (await Conversations.LoadAsync(named))!.Header.Model);
        Assert.Equal([("Title", "another"), ("Renamed", "a/model")], (await Conversations.ListAsync("acme", "ann", 10)).Select(c => (c.Title, c.Model)));
    }

    [Fact]
    public async Task Header_is_what_is_loaded_with_the_conversation()
    {
        var claim = await CreateAndClaimAsync();
        await BeginAsync(claim);

        Assert.Equal((await LoadAsync(claim)).Header, await Conversations.ReadHeaderAsync(claim.Conversation));
        Assert.Null(await Conversations.ReadHeaderAsync(claim.Conversation with { Owner = "bob" }));
        await Conversations.DeleteAsync(claim.Conversation);
        Assert.Null(await Conversations.ReadHeaderAsync(claim.Conversation));
    }

    [Fact]
    public async Task List_of_the_untouched_names_conversations_that_no_turn_has_touched_since_then()
    {
        var (first, second, running, gone) =
            (await CreateAndClaimAsync(), await CreateAndClaimAsync(), await CreateAndClaimAsync(), await CreateAndClaimAsync());
        await BeginAsync(running);
        await Conversations.DeleteAsync(gone.Conversation);
        Store.Time.Advance(TimeSpan.FromDays(1));
        var turn = await BeginAsync(second);
        await Transcript.AppendAsync(new TurnAppend(second, turn.Id, [], Sample.End()));
        var touched = Store.Time.GetUtcNow();

        Assert.Equal([first.Conversation], await Conversations.ListUntouchedAsync(touched, 10));
        Assert.Equal([first.Conversation, second.Conversation], await Conversations.ListUntouchedAsync(touched.AddMilliseconds(1), 10));
        Assert.Equal([first.Conversation], await Conversations.ListUntouchedAsync(touched.AddMilliseconds(1), 1));
    }

    [Fact]
    public async Task Delete_removes_everything_and_nothing_revives_it()
    {
        var id = Sample.Conversation();
        var operation = Guid.NewGuid();
        await Conversations.CreateAsync(id, operation, "Title", "{}");
        var claim = (await Conversations.ClaimAsync(id))!;
        var turn = await BeginAsync(claim);
        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(0)]));

        Assert.True(await Conversations.DeleteAsync(id));
        Assert.True(await Conversations.DeleteAsync(id));

        Assert.Empty(await Conversations.ListAsync("acme", "ann", 10));
        Assert.Null(await Conversations.LoadAsync(id));
        Assert.Null(await Conversations.ClaimAsync(id));
        Assert.Empty(await Transcript.ReadAsync(id, turn.Id, 0, 0));
        Assert.Null(await Transcript.ReadPromptAsync(id, turn.Id));
        Assert.Equal(CreateOutcome.Deleted, (await Conversations.CreateAsync(id, operation, "Title", "{}")).Outcome);
        Assert.Equal(CreateOutcome.Deleted, (await Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}")).Outcome);
        Assert.Equal(BeginTurnOutcome.Deleted, (await Conversations.BeginTurnAsync(claim, Sample.Turn())).Outcome);
        Assert.Equal(AppendOutcome.Deleted, (await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(1)]))).Outcome);
        Assert.Null(await Conversations.RaiseAttemptAsync(claim, turn.Id));
        Assert.False(await Conversations.ChangeAsync(id, new ConversationChange(Title: "Back")));
    }

    [Fact]
    public async Task Delete_unknown_conversation_is_told() => Assert.False(await Conversations.DeleteAsync(Sample.Conversation()));
}
