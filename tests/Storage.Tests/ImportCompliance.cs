namespace NGrammys.Storage.Tests;

/// <summary>Conversations that come from elsewhere, whole.</summary>
public abstract class ImportCompliance(StoreUnderTest store) : Compliance(store)
{
    [Fact]
    public async Task Import_is_loaded_as_it_was_given()
    {
        var given = Sample.Imported(Store.Time.GetUtcNow());

        var result = await Conversations.ImportAsync(given, Guid.NewGuid());

        Assert.Equal((CreateOutcome.Created, given.Header), (result.Outcome, result.Header));
        var loaded = await Conversations.LoadAsync(given.Header.Id);
        Assert.Equal(given.Header, loaded!.Header);
        Assert.Equal(given.Messages, loaded.Messages);
        Assert.Equal(given.Turns.Select(turn => turn.Turn), loaded.Turns);
        foreach (var turn in given.Turns)
        {
            Assert.Equal(turn.Prompt, await Transcript.ReadPromptAsync(given.Header.Id, turn.Turn.Id));
            foreach (var rows in turn.Rows.GroupBy(row => row.Choice))
                Assert.Equivalent(rows, await Transcript.ReadAsync(given.Header.Id, turn.Turn.Id, rows.Key, 0), strict: true);
        }

        Assert.Empty(await Conversations.ListUnfinishedAsync(10));
        Assert.Equal(given.Messages[1].Id, Assert.Single(await Conversations.SearchAsync("acme", "ann", SearchTerms.Parse("甲虫")!, null, 10)).Message);
    }

    [Fact]
    public async Task Import_goes_on_like_any_other()
    {
        var given = Sample.Imported(Store.Time.GetUtcNow());
        await Conversations.ImportAsync(given, Guid.NewGuid());

        var claim = (await Conversations.ClaimAsync(given.Header.Id))!;
        var turn = await BeginAsync(claim, Sample.Turn(given.Header.Leaf));
        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(0)], Sample.End()));

        Assert.Equal(given.Messages.Count + 2, (await LoadAsync(claim)).Messages.Count);
    }

    [Fact]
    public async Task Import_again_is_the_same_import_and_revives_nothing()
    {
        var (given, operation) = (Sample.Imported(Store.Time.GetUtcNow()), Guid.NewGuid());
        await Conversations.ImportAsync(given, operation);

        Assert.Equal((CreateOutcome.Repeated, given.Header), await ImportAsync(operation));
        Assert.Equal((CreateOutcome.Conflict, null), await ImportAsync(Guid.NewGuid()));
        Assert.Equal(given.Messages, (await Conversations.LoadAsync(given.Header.Id))!.Messages);
        await Conversations.DeleteAsync(given.Header.Id);
        Assert.Equal((CreateOutcome.Deleted, null), await ImportAsync(operation));
        Assert.Null(await Conversations.LoadAsync(given.Header.Id));

        async Task<(CreateOutcome, ConversationHeader?)> ImportAsync(Guid by)
        {
            var result = await Conversations.ImportAsync(given, by);
            return (result.Outcome, result.Header);
        }
    }
}
