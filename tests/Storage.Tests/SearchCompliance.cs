namespace NGrammys.Storage.Tests;

/// <summary>Conversations by what their titles and messages hold.</summary>
public abstract class SearchCompliance(StoreUnderTest store) : Compliance(store)
{
    [Theory]
    [InlineData("hedgehog")]
    [InlineData("HEDGE")]
    [InlineData("edgeh")]
    [InlineData("e")]
    [InlineData("fox hedge")]
    [InlineData("全文検索")]
    [InlineData("検索")]
    [InlineData("索")]
    [InlineData("検索　Fox")]
    [InlineData("ÜBER")]
    [InlineData("üb")]
    [InlineData("\"quoted\"")]
    [InlineData("100%_")]
    [InlineData("%_")]
    [InlineData("🦔")]
    [InlineData("a\\b")]
    [InlineData("it's")]
    public async Task Search_finds_a_message_by_any_part_of_it(string text)
    {
        await SayAsync("nothing of the kind");
        var (claim, turn) = await SayAsync("The hedgehog, über a fox: 日本語の全文検索です \"quoted\" 100%_ 🦔 a\\b it's");
        await SayAsync("neither here");

        var hit = Assert.Single(await SearchAsync(text), hit => hit.Message == turn.Message!.Id);

        Assert.Equal((claim.Conversation, turn.Message!.Text), (hit.Conversation.Id, hit.Text));
    }

    [Theory]
    [InlineData("hedgehog cat")]
    [InlineData("hedgehogs")]
    [InlineData("検策")]
    [InlineData("検本")]
    [InlineData("全文検索機")]
    [InlineData("h_d")]
    [InlineData("h%")]
    [InlineData("hedge*")]
    [InlineData("OR")]
    public async Task Search_finds_nothing_where_a_part_is_missing(string text)
    {
        await SayAsync("The hedgehog: 日本語の全文検索です");

        Assert.Empty(await SearchAsync(text));
    }

    [Fact]
    public async Task Search_finds_titles_and_prefers_the_latest_message_of_a_conversation()
    {
        var (titled, _) = await SayAsync("nothing");
        await Conversations.ChangeAsync(titled.Conversation, new ConversationChange(Title: "On hedgehogs"));
        var (both, first) = await SayAsync("hedgehog one");
        await Conversations.ChangeAsync(both.Conversation, new ConversationChange(Title: "Hedgehog"));
        await SayAsync("no more", both, first.Reply);
        var sibling = await SayAsync("hedgehog two", both, null);

        var hits = await SearchAsync("hedgehog");

        Assert.Equal([(both.Conversation, sibling.Turn.Message!.Id, "hedgehog two"), (titled.Conversation, null, "On hedgehogs")],
            hits.Select(hit => (hit.Conversation.Id, hit.Message, hit.Text)));
    }

    [Fact]
    public async Task Search_finds_a_reply_by_its_text_once_it_has_ended()
    {
        var (claim, turn) = await SayAsync("question");
        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(0)]));
        Assert.Empty(await SearchAsync("答え"));

        await Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [], Sample.End("長い答えです")));

        Assert.Equal(turn.Reply, Assert.Single(await SearchAsync("答え")).Message);
    }

    [Fact]
    public async Task Search_sees_only_the_owners_conversations_and_none_that_is_deleted()
    {
        var (mine, _) = await SayAsync("a secret 秘密");
        var foreign = Sample.Conversation(owner: "bob");
        await Conversations.CreateAsync(foreign, Guid.NewGuid(), "a secret", "{}");
        await BeginAsync((await Conversations.ClaimAsync(foreign))!, Sample.Turn(text: "a secret 秘密"));

        Assert.Equal(mine.Conversation, Assert.Single(await SearchAsync("secret")).Conversation.Id);
        Assert.Equal(mine.Conversation, Assert.Single(await SearchAsync("秘密")).Conversation.Id);
        await Conversations.DeleteAsync(mine.Conversation);
        Assert.Empty(await SearchAsync("secret"));
        Assert.Empty(await SearchAsync("秘密"));
    }

    [Fact]
    public async Task Search_forgets_a_title_that_was_changed()
    {
        var (claim, _) = await SayAsync("nothing");
        await Conversations.ChangeAsync(claim.Conversation, new ConversationChange(Title: "First"));
        await Conversations.ChangeAsync(claim.Conversation, new ConversationChange(Title: "Second"));

        Assert.Empty(await SearchAsync("first"));
        Assert.Single(await SearchAsync("second"));
    }

    [Fact]
    public async Task Search_pages_from_the_last_updated_on()
    {
        var claims = new List<Claim>();
        for (var i = 0; i < 7; i++)
        {
            if (i % 2 == 0)
                Store.Time.Advance(TimeSpan.FromSeconds(1));
            claims.Add((await SayAsync($"hedgehog {i}")).Claim);
        }

        await Conversations.ChangeAsync(claims[0].Conversation, new ConversationChange(Pinned: true));
        var seen = new List<ConversationId>();
        for (Guid? after = null; ;)
        {
            var page = await SearchAsync("hedgehog", after, limit: 3);
            seen.AddRange(page.Select(hit => hit.Conversation.Id));
            if (page.Count < 3)
                break;
            after = page[^1].Conversation.Id.Id;
        }

        Assert.Equal(claims.AsEnumerable().Reverse().Select(claim => claim.Conversation), seen);
        Assert.Empty(await SearchAsync("hedgehog", after: Guid.NewGuid()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n　")]
    [InlineData("\u0001")]
    [InlineData("1 2 3 4 5 6 7 8 9")]
    public void Terms_of_nothing_or_too_much_are_none(string text) => Assert.Null(SearchTerms.Parse(text));

    private async Task<(Claim Claim, NewTurn Turn)> SayAsync(string text, Claim? claim = null, Guid? parent = null)
    {
        claim ??= await CreateAndClaimAsync();
        return (claim, await BeginAsync(claim, Sample.Turn(parent, text)));
    }

    private Task<IReadOnlyList<SearchHit>> SearchAsync(string text, Guid? after = null, int limit = 20) =>
        Conversations.SearchAsync("acme", "ann", SearchTerms.Parse(text)!, after, limit);
}
