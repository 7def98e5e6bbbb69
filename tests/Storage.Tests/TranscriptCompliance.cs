namespace NGrammys.Storage.Tests;

/// <summary>Appending and reading tokens.</summary>
public abstract class TranscriptCompliance(StoreUnderTest store) : Compliance(store)
{
    [Fact]
    public async Task Append_rows_are_read_as_they_were_given()
    {
        var (claim, turn) = await RunningTurnAsync();
        TranscriptRow[] rows = [Sample.Row(0, 3), Sample.Row(3), Sample.Row(4, 2)];

        Assert.Equal(AppendOutcome.Appended, await AppendAsync(claim, turn, rows[0], rows[1]));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(claim, turn, rows[2]));

        Assert.Equivalent(rows, await Transcript.ReadAsync(claim.Conversation, turn, 0, 0), strict: true);
    }

    [Fact]
    public async Task Append_text_of_any_characters_is_read_as_it_was_given()
    {
        var (claim, turn) = await RunningTurnAsync();
        const string Any = "a\0b\u0001c\u0001a\u0001b\r\n'\"\\\uFFFE 日本🦔";
        TranscriptRow[] rows = [Sample.Row(0) with { Text = Any }];

        Assert.Equal(AppendOutcome.Appended, await AppendAsync(claim, turn, rows));
        Assert.Equal(AppendOutcome.Appended, (await Transcript.AppendAsync(new TurnAppend(claim, turn, rows, Sample.End(Any)))).Outcome);

        Assert.Equivalent(rows, await Transcript.ReadAsync(claim.Conversation, turn, 0, 0), strict: true);
        Assert.Equal(Any, (await LoadAsync(claim)).Messages[1].Text);
    }

    [Theory]
    [InlineData(0, 0, 3, 4)]
    [InlineData(2, 0, 3, 4)]
    [InlineData(3, 3, 4)]
    [InlineData(5, 4)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Read_begins_with_the_row_that_holds_the_position(int from, params int[] positions)
    {
        var (claim, turn) = await RunningTurnAsync();
        await AppendAsync(claim, turn, Sample.Row(0, 3), Sample.Row(3), Sample.Row(4, 2), Sample.Row(0, choice: 1));

        Assert.Equal(positions, (await Transcript.ReadAsync(claim.Conversation, turn, 0, from)).Select(r => r.Position));
    }

    [Fact]
    public async Task Read_of_another_owner_or_turn_finds_nothing()
    {
        var (claim, turn) = await RunningTurnAsync();
        await AppendAsync(claim, turn, Sample.Row(0));

        Assert.Empty(await Transcript.ReadAsync(claim.Conversation with { Owner = "bob" }, turn, 0, 0));
        Assert.Empty(await Transcript.ReadAsync(claim.Conversation with { Tenant = "umbrella" }, turn, 0, 0));
        Assert.Empty(await Transcript.ReadAsync(claim.Conversation, Guid.NewGuid(), 0, 0));
        Assert.Null(await Transcript.ReadPromptAsync(claim.Conversation with { Owner = "bob" }, turn));
    }

    [Fact]
    public async Task Append_choices_have_heads_of_their_own()
    {
        var (claim, turn) = await RunningTurnAsync();

        var appended = await AppendAsync(claim, turn, Sample.Row(0, 2), Sample.Row(0, choice: 1), Sample.Row(2), Sample.Row(1, choice: 1));

        Assert.Equal(AppendOutcome.Appended, appended);
        Assert.Equal([0, 2], (await Transcript.ReadAsync(claim.Conversation, turn, 0, 0)).Select(r => r.Position));
        Assert.Equal([0, 1], (await Transcript.ReadAsync(claim.Conversation, turn, 1, 0)).Select(r => r.Position));
    }

    [Fact]
    public async Task Append_repeated_with_equal_content_succeeds_and_stores_nothing_twice()
    {
        var (claim, turn) = await RunningTurnAsync();
        await AppendAsync(claim, turn, Sample.Row(0, 2), Sample.Row(2));

        Assert.Equal(AppendOutcome.Appended, await AppendAsync(claim, turn, Sample.Row(0, 2), Sample.Row(2)));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(claim, turn, Sample.Row(2), Sample.Row(3)));

        Assert.Equal([0, 2, 3], (await Transcript.ReadAsync(claim.Conversation, turn, 0, 0)).Select(r => r.Position));
    }

    [Fact]
    public async Task Append_that_leaves_a_gap_or_says_other_things_tells_the_head_and_stores_nothing()
    {
        var (claim, turn) = await RunningTurnAsync();
        await AppendAsync(claim, turn, Sample.Row(0, 2));

        TranscriptRow[][] wrong =
        [
            [Sample.Row(3)],
            [Sample.Row(1)],
            [Sample.Row(0, 3)],
            [Sample.Row(0, 2, first: 50)],
            [Sample.Row(0, 2) with { Text = "other" }],
        ];
        foreach (var rows in wrong)
        {
            Assert.Equal(
                new AppendResult(AppendOutcome.OutOfOrder, Choice: 0, Head: 2),
                await Transcript.AppendAsync(new TurnAppend(claim, turn, rows)));
        }

        Assert.Equal(
            new AppendResult(AppendOutcome.OutOfOrder, Choice: 1, Head: 1),
            await Transcript.AppendAsync(new TurnAppend(claim, turn, [Sample.Row(2), Sample.Row(0, choice: 1), Sample.Row(2, choice: 1)])));
        Assert.Single(await Transcript.ReadAsync(claim.Conversation, turn, 0, 0));
        Assert.Empty(await Transcript.ReadAsync(claim.Conversation, turn, 1, 0));
    }

    [Fact]
    public async Task Append_under_a_lost_claim_is_fenced_even_as_a_repetition()
    {
        var (lost, turn) = await RunningTurnAsync();
        await AppendAsync(lost, turn, Sample.Row(0));
        var held = (await Conversations.ClaimAsync(lost.Conversation))!;

        Assert.Equal(AppendOutcome.Fenced, await AppendAsync(lost, turn, Sample.Row(0)));
        Assert.Equal(AppendOutcome.Fenced, await AppendAsync(lost, turn, Sample.Row(1)));
        Assert.Equal(AppendOutcome.Fenced, await AppendAsync(lost with { Epoch = held.Epoch }, turn, Sample.Row(1)));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(held, turn, Sample.Row(1)));
    }

    [Fact]
    public async Task Append_to_what_never_was_or_is_foreign_is_refused()
    {
        var (claim, turn) = await RunningTurnAsync();

        Assert.Equal(AppendOutcome.Deleted, await AppendAsync(claim, Guid.NewGuid(), Sample.Row(0)));
        Assert.Equal(AppendOutcome.Deleted, await AppendAsync(claim with { Conversation = Sample.Conversation() }, turn, Sample.Row(0)));
        Assert.Equal(
            AppendOutcome.Deleted,
            await AppendAsync(claim with { Conversation = claim.Conversation with { Owner = "bob" } }, turn, Sample.Row(0)));
    }

    [Fact]
    public async Task Append_after_the_end_only_repeats()
    {
        var (claim, turn) = await RunningTurnAsync();
        var last = new TurnAppend(claim, turn, [Sample.Row(0)], Sample.End());
        await Transcript.AppendAsync(last);

        Assert.Equal(AppendOutcome.Appended, (await Transcript.AppendAsync(last)).Outcome);
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(claim, turn, Sample.Row(0)));
        Assert.Equal(AppendOutcome.Ended, await AppendAsync(claim, turn, Sample.Row(1)));
        Assert.Equal(AppendOutcome.Ended, (await Transcript.AppendAsync(last with { End = Sample.End("Other") })).Outcome);
        Assert.Single(await Transcript.ReadAsync(claim.Conversation, turn, 0, 0));
        Assert.Equal("A reply", (await LoadAsync(claim)).Messages[1].Text);
    }

    [Fact]
    public async Task Append_refused_end_does_not_end_the_turn()
    {
        var (claim, turn) = await RunningTurnAsync();

        await Transcript.AppendAsync(new TurnAppend(claim, turn, [Sample.Row(1)], Sample.End()));

        Assert.True((await LoadAsync(claim)).Header.Running);
    }

    [Fact]
    public async Task Append_of_malformed_rows_is_the_callers_mistake()
    {
        var (claim, turn) = await RunningTurnAsync();

        TranscriptRow[] wrong =
        [
            Sample.Row(-1), Sample.Row(0, choice: -1), Sample.Row(0, 0), Sample.Row(0) with { Sources = [] }, Sample.Row(0) with { Survival = [1, 1] },
        ];
        foreach (var row in wrong)
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AppendAsync(claim, turn, row));
    }

    [Fact]
    public async Task Append_many_at_once_have_outcomes_of_their_own()
    {
        var turns = new List<(Claim Claim, Guid Turn)>();
        for (var i = 0; i < 20; i++)
            turns.Add(await RunningTurnAsync());
        await Conversations.ClaimAsync(turns[3].Claim.Conversation);
        await Conversations.DeleteAsync(turns[5].Claim.Conversation);

        var outcomes = await Task.WhenAll(turns.Select((t, i) => AppendAsync(t.Claim, t.Turn, Sample.Row(i == 7 ? 1 : 0))));

        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => i switch
            {
                3 => AppendOutcome.Fenced,
                5 => AppendOutcome.Deleted,
                7 => AppendOutcome.OutOfOrder,
                _ => AppendOutcome.Appended,
            }),
            outcomes);
        foreach (var ((claim, turn), outcome) in turns.Zip(outcomes))
            Assert.Equal(outcome == AppendOutcome.Appended ? 1 : 0, (await Transcript.ReadAsync(claim.Conversation, turn, 0, 0)).Count);
    }

    protected async Task<(Claim Claim, Guid Turn)> RunningTurnAsync()
    {
        var claim = await CreateAndClaimAsync();
        return (claim, (await BeginAsync(claim)).Id);
    }

    private async Task<AppendOutcome> AppendAsync(Claim claim, Guid turn, params TranscriptRow[] rows) =>
        (await Transcript.AppendAsync(new TurnAppend(claim, turn, rows))).Outcome;
}
