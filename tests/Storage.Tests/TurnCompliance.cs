namespace NGrammys.Storage.Tests;

/// <summary>Beginning, repeating, continuing and ending turns.</summary>
public abstract class TurnCompliance(StoreUnderTest store) : Compliance(store)
{
    [Fact]
    public async Task Begin_stores_messages_record_and_selected_branch_together()
    {
        var claim = await CreateAndClaimAsync();
        Store.Time.Advance(TimeSpan.FromSeconds(1));
        var now = Store.Time.GetUtcNow();
        var turn = Sample.Turn() with { Choices = 2 };

        var begun = await Conversations.BeginTurnAsync(claim, turn);

        var loaded = await LoadAsync(claim);
        Assert.Equal((turn.Reply, now, true), (loaded.Header.Leaf, loaded.Header.Updated, loaded.Header.Running));
        Assert.Equal(
            [
                new StoredMessage { Id = turn.Message!.Id, Parent = null, Role = MessageRole.User, Text = "Hello", Created = now, Operation = turn.Operation },
                new StoredMessage { Id = turn.Reply, Parent = turn.Message.Id, Role = MessageRole.Assistant, Text = "", Created = now, Operation = turn.Operation },
            ],
            loaded.Messages);
        var expected = new StoredTurn
        {
            Id = turn.Id,
            Operation = turn.Operation,
            Reply = turn.Reply,
            Settings = turn.Settings,
            Seed = turn.Seed,
            Fingerprint = turn.Fingerprint,
            Choices = 2,
            Attempts = 1,
            Began = now,
        };
        Assert.Equal([expected], loaded.Turns);
        Assert.Equal(new BeginTurnResult(BeginTurnOutcome.Begun, expected), begun);
        Assert.Equal(turn.Prompt, await Transcript.ReadPromptAsync(claim.Conversation, turn.Id));
    }

    [Fact]
    public async Task Begin_keeps_messages_and_turns_in_the_order_of_their_coming()
    {
        var claim = await CreateAndClaimAsync();
        var first = await BeginAsync(claim);
        var second = await BeginAsync(claim, Sample.Turn(first.Reply, "And then?"));
        var edited = await BeginAsync(claim, Sample.Turn(first.Reply, "And before?"));
        var regenerated = await BeginAsync(claim, Sample.Turn(edited.Message!.Id) with { Message = null });

        var loaded = await LoadAsync(claim);

        Assert.Equal(
            [
                (first.Message!.Id, null), (first.Reply, first.Message.Id),
                (second.Message!.Id, first.Reply), (second.Reply, second.Message.Id),
                (edited.Message.Id, first.Reply), (edited.Reply, edited.Message.Id),
                (regenerated.Reply, edited.Message.Id),
            ],
            loaded.Messages.Select(m => (m.Id, m.Parent)));
        Assert.Equal([first.Id, second.Id, edited.Id, regenerated.Id], loaded.Turns.Select(t => t.Id));
        Assert.Equal(regenerated.Reply, loaded.Header.Leaf);
    }

    [Fact]
    public async Task Begin_same_operation_and_content_answers_with_the_first_turn()
    {
        var claim = await CreateAndClaimAsync();
        var first = await BeginAsync(claim);
        var retry = Sample.Turn() with { Operation = first.Operation, Seed = 5, Prompt = [9] };

        var result = await Conversations.BeginTurnAsync(claim, retry);

        Assert.Equal((BeginTurnOutcome.Repeated, first.Id), (result.Outcome, result.Turn!.Id));
        Assert.Equal(2, (await LoadAsync(claim)).Messages.Count);
    }

    [Fact]
    public async Task Begin_same_operation_is_recognised_by_a_later_claim()
    {
        var first = await CreateAndClaimAsync();
        var turn = await BeginAsync(first);
        var second = (await Conversations.ClaimAsync(first.Conversation))!;

        Assert.Equal(BeginTurnOutcome.Repeated, (await Conversations.BeginTurnAsync(second, turn)).Outcome);
    }

    [Fact]
    public async Task Begin_same_operation_with_other_content_is_a_conflict()
    {
        var claim = await CreateAndClaimAsync();
        var root = await BeginAsync(claim);
        var turn = await BeginAsync(claim, Sample.Turn(root.Reply, "What?"));
        var again = await BeginAsync(claim, Sample.Turn(turn.Message!.Id) with { Message = null });

        NewTurn[] others =
        [
            Sample.Turn(root.Reply, "Who?") with { Operation = turn.Operation },
            Sample.Turn(turn.Reply, "What?") with { Operation = turn.Operation },
            Sample.Turn(null, "What?") with { Operation = turn.Operation },
            Sample.Turn(turn.Message.Id) with { Operation = turn.Operation, Message = null },
            Sample.Turn(turn.Message.Id) with { Operation = again.Operation },
            Sample.Turn(root.Message!.Id) with { Operation = again.Operation, Message = null },
        ];
        foreach (var other in others)
            Assert.Equal(BeginTurnOutcome.Conflict, (await Conversations.BeginTurnAsync(claim, other)).Outcome);
        var repeated = Sample.Turn(turn.Message.Id) with { Operation = again.Operation, Message = null };
        Assert.Equal(BeginTurnOutcome.Repeated, (await Conversations.BeginTurnAsync(claim, repeated)).Outcome);
    }

    [Fact]
    public async Task Begin_with_an_id_that_is_taken_is_a_conflict()
    {
        var claim = await CreateAndClaimAsync();
        var turn = await BeginAsync(claim);

        NewTurn[] others =
        [
            Sample.Turn() with { Id = turn.Id },
            Sample.Turn() with { Reply = turn.Reply },
            Sample.Turn() with { Message = new NewMessage(turn.Reply, MessageRole.User, "Hello") },
        ];
        foreach (var other in others)
            Assert.Equal(BeginTurnOutcome.Conflict, (await Conversations.BeginTurnAsync(claim, other)).Outcome);
        Assert.Equal(2, (await LoadAsync(claim)).Messages.Count);
    }

    [Fact]
    public async Task Begin_under_an_unknown_parent_stores_nothing()
    {
        var claim = await CreateAndClaimAsync();
        var foreign = await BeginAsync(await CreateAndClaimAsync());

        Assert.Equal(BeginTurnOutcome.UnknownParent, (await Conversations.BeginTurnAsync(claim, Sample.Turn(foreign.Reply))).Outcome);
        Assert.Empty((await LoadAsync(claim)).Messages);
    }

    [Fact]
    public async Task Begin_and_raise_under_a_lost_claim_are_fenced()
    {
        var lost = await CreateAndClaimAsync();
        var turn = await BeginAsync(lost);
        var held = (await Conversations.ClaimAsync(lost.Conversation))!;

        Assert.Equal(BeginTurnOutcome.Fenced, (await Conversations.BeginTurnAsync(lost, Sample.Turn())).Outcome);
        Assert.Equal(BeginTurnOutcome.Fenced, (await Conversations.BeginTurnAsync(lost with { Epoch = held.Epoch }, Sample.Turn())).Outcome);
        Assert.Null(await Conversations.RaiseAttemptAsync(lost, turn.Id));
        Assert.Single((await LoadAsync(held)).Turns);
    }

    [Fact]
    public async Task Raise_counts_the_attempts_of_a_running_turn()
    {
        var claim = await CreateAndClaimAsync();
        var turn = await BeginAsync(claim);

        Assert.Equal(2, await Conversations.RaiseAttemptAsync(claim, turn.Id));
        Assert.Equal(3, await Conversations.RaiseAttemptAsync(claim, turn.Id));

        Assert.Equal(3, Assert.Single((await LoadAsync(claim)).Turns).Attempts);
        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [], Sample.End()));
        Assert.Null(await Conversations.RaiseAttemptAsync(claim, turn.Id));
        Assert.Null(await Conversations.RaiseAttemptAsync(claim, Guid.NewGuid()));
    }

    [Fact]
    public async Task Raise_counts_an_attempt_that_got_ahead_as_a_first()
    {
        var claim = await CreateAndClaimAsync();
        var turn = await BeginAsync(claim);
        await Conversations.RaiseAttemptAsync(claim, turn.Id);
        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(0, count: 31)]));
        Assert.Equal(3, await Conversations.RaiseAttemptAsync(claim, turn.Id));

        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(31, count: 32)]));

        Assert.Equal(2, await Conversations.RaiseAttemptAsync(claim, turn.Id));
        Assert.Equal(3, await Conversations.RaiseAttemptAsync(claim, turn.Id));
    }

    [Fact]
    public async Task List_of_the_unfinished_names_conversations_whose_reply_runs_whoever_owns_them()
    {
        var (first, second, over, gone) =
            (await CreateAndClaimAsync(), await CreateAndClaimAsync(), await CreateAndClaimAsync(), await CreateAndClaimAsync());
        await BeginAsync(first);
        var ended = await BeginAsync(over);
        await BeginAsync(gone);
        await BeginAsync(second);
        await Transcript.AppendAsync(new TurnAppend(over, ended.Id, [], Sample.End()));
        await Conversations.DeleteAsync(gone.Conversation);

        Assert.Equal([first.Conversation, second.Conversation], await Conversations.ListUnfinishedAsync(10));
        Assert.Equal([first.Conversation], await Conversations.ListUnfinishedAsync(1));
    }

    [Fact]
    public async Task End_stores_the_text_of_the_reply_and_how_it_ended()
    {
        var claim = await CreateAndClaimAsync();
        var turn = await BeginAsync(claim);
        Store.Time.Advance(TimeSpan.FromSeconds(1));
        var end = Sample.End("All of it 🦔", "The model changed.");

        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(0)], end));

        var loaded = await LoadAsync(claim);
        Assert.Equal("All of it 🦔", loaded.Messages[1].Text);
        Assert.Equal((end, Store.Time.GetUtcNow()), (loaded.Turns[0].End, loaded.Turns[0].Ended));
        Assert.Equal(Store.Time.GetUtcNow(), loaded.Header.Updated);
    }
}
