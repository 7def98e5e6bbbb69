using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class SnippetTests
{
    [Fact]
    public void A_short_text_is_shown_whole_on_one_line()
    {
        var found = Of("  The\n\n\thedgehog 日本語 Hedgehog", "hedgehog 本");

        Assert.Equal("The hedgehog 日本語 Hedgehog", found.Snippet);
        Assert.Equal([new TextMark(4, 8), new TextMark(14, 1), new TextMark(17, 8)], found.Marks);
    }

    [Fact]
    public void A_long_text_is_cut_around_the_first_place_and_never_inside_a_character()
    {
        for (var shift = 0; shift < 2; shift++)
        {
            var found = Of(new string('x', shift) + string.Concat(Enumerable.Repeat("🦔", 500)) + "needle" + string.Concat(Enumerable.Repeat("🦔", 500)), "needle");

            Assert.InRange(found.Snippet.Length, 100, 170);
            Assert.StartsWith("…", found.Snippet, StringComparison.Ordinal);
            Assert.EndsWith("…", found.Snippet, StringComparison.Ordinal);
            Assert.Equal("needle", found.Snippet.Substring(found.Marks[0].Start, found.Marks[0].Length));
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(found.Snippet)));
        }
    }

    [Fact]
    public void Marks_that_overlap_are_one() => Assert.Equal([new TextMark(0, 4)], Of("abab!", "aba bab").Marks);

    [Fact]
    public void What_stands_at_the_end_is_marked() => Assert.Equal([new TextMark(3, 3)], Of("at end", "end").Marks);

    private static FoundConversation Of(string text, string terms)
    {
        var now = DateTimeOffset.UnixEpoch;
        var header = new ConversationHeader
        {
            Id = new ConversationId("tenant", "user", Guid.NewGuid()),
            Title = "",
            Settings = "{}",
            Created = now,
            Updated = now,
            Running = false,
        };
        return Snippet.Of(new SearchHit(header, null, text), SearchTerms.Parse(terms)!);
    }
}
