namespace NGrammys.Storage.Tests;

/// <summary>Databases as earlier versions have made them, with a conversation and a tombstone: version-1.sql in the folder of each database.</summary>
internal static class EarlierVersion
{
    /// <summary>Makes the tables of version 1 and fills them.</summary>
    public static string Script(string database) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, database, "version-1.sql"));

    /// <summary>All of it is there, and everything works that this version can do.</summary>
    public static async Task AssertMigratedAsync<TStore>(TStore store) where TStore : IConversationStore, ITranscriptStore
    {
        var id = new ConversationId("acme", "ann", Id(0x01));
        var (question, reply, turn) = (Id(0x41), Id(0x42), Id(0x31));

        var loaded = await store.LoadAsync(id);
        Assert.Equal(
            new ConversationHeader
            {
                Id = id,
                Title = "On hedgehogs",
                Settings = """{"a":1}""",
                Created = DateTimeOffset.FromUnixTimeMilliseconds(1000),
                Updated = DateTimeOffset.FromUnixTimeMilliseconds(2000),
                Leaf = reply,
                Running = false,
            },
            loaded?.Header);
        Assert.Equal([(question, null, "What do they eat? 何を食べますか"), (reply, question, "Beetles. 甲虫です")],
            loaded!.Messages.Select(message => (message.Id, message.Parent, message.Text)));
        var stored = Assert.Single(loaded.Turns);
        Assert.Equal((turn, reply, ulong.MaxValue - 1, 2, "stop"), (stored.Id, stored.Reply, stored.Seed, stored.Attempts, stored.End?.Finish));
        var (row, prompt) = (Assert.Single(await store.ReadAsync(id, turn, 0, 0)), await store.ReadPromptAsync(id, turn));
        Assert.Equal([7, 8], row.Tokens);
        Assert.Equal([1], prompt!);

        Assert.Equal(reply, Assert.Single(await SearchAsync("甲虫")).Message);
        Assert.Equal(question, Assert.Single(await SearchAsync("eat?")).Message);
        Assert.True(await store.ChangeAsync(id, new ConversationChange(Pinned: true)));
        Assert.True((await store.ReadHeaderAsync(id))!.Pinned);
        Assert.True(await store.ChangeAsync(id, new ConversationChange(Model: "chosen")));
        Assert.Equal("chosen", (await store.ReadHeaderAsync(id))!.Model);

        var claim = (await store.ClaimAsync(id))!;
        Assert.Equal(4, claim.Epoch);
        var next = Sample.Turn(reply);
        Assert.Equal(BeginTurnOutcome.Begun, (await store.BeginTurnAsync(claim, next)).Outcome);
        Assert.Equal(2, await store.RaiseAttemptAsync(claim, next.Id));
        Assert.Equal(AppendOutcome.Appended, (await store.AppendAsync(new TurnAppend(claim, next.Id, [Sample.Row(0)], Sample.End("Worms")))).Outcome);
        Assert.Equal(next.Reply, Assert.Single(await SearchAsync("worms")).Message);

        Assert.Equal(CreateOutcome.Deleted, (await store.CreateAsync(id with { Id = Id(0x02) }, Guid.NewGuid(), "Back", "{}")).Outcome);
        Assert.True(await store.DeleteAsync(id));
        Assert.Empty(await SearchAsync("甲虫"));

        Task<IReadOnlyList<SearchHit>> SearchAsync(string text) => store.SearchAsync("acme", "ann", SearchTerms.Parse(text)!, null, 10);
    }

    private static Guid Id(byte last) => new([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last], bigEndian: true);
}
