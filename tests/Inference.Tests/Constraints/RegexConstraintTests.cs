using System.Text;
using System.Text.RegularExpressions;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Tests.Constraints;

public sealed class RegexConstraintTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("a*b+c?")]
    [InlineData("(ab|a)(bc|c)")]
    [InlineData("[^a-c]{2,4}x")]
    [InlineData("(?:a|bb){1,3}?\\d")]
    [InlineData("\\w+@\\w+\\.(com|org)")]
    [InlineData("^a|b$")]
    [InlineData("(a*)*b")]
    [InlineData("é.日?")]
    [InlineData("[\\d\\-x]*")]
    [InlineData("")]
    public void Pattern_accepts_exactly_what_matches_as_a_whole(string pattern)
    {
        const int Seed = 71;
        var random = new Random(Seed);
        var constraint = Walks.Compile(new ConstraintSpecification(ConstraintKind.Regex, pattern));
        var regex = new Regex($"^(?:{pattern})(?!\\n)$");
        for (var i = 0; i < 400; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => "abcx1-@é日."[random.Next(10)]));
            Assert.True(regex.IsMatch(text) == Walks.Accepts(constraint, text), $"{pattern} on '{text}', seed {Seed}");
        }
    }

    [Theory]
    [InlineData("(foo|bar)+baz")]
    [InlineData("[a-zé日]{3,9}")]
    [InlineData("\\d{4}-\\d{2}-\\d{2}")]
    [InlineData("a{0,50}b")]
    public void Masks_allow_exactly_the_tokens_that_advance_and_never_lead_into_a_dead_end(string pattern)
    {
        const int Seed = 72;
        var random = new Random(Seed);
        var constraint = Walks.Compile(new ConstraintSpecification(ConstraintKind.Regex, pattern));
        for (var i = 0; i < 20; i++)
        {
            var text = Walks.Random(constraint, random, hurry: 10);
            Assert.Matches($"^(?:{pattern})$", text);
            var state = constraint.Start;
            foreach (var token in Walks.Tokenizer.Encode(text, false, false))
            {
                Assert.All(Enumerable.Range(0, Walks.Tokenizer.Size), id => Assert.Equal(state.Advance(id) is not null, state.Allows(id)));
                state = state.Advance(token)!;
            }
        }
    }

    [Fact]
    public void Only_stop_tokens_are_allowed_at_the_end_and_nothing_behind_them()
    {
        var constraint = Walks.Compile(new ConstraintSpecification(ConstraintKind.Regex, "ab"));
        Assert.False(constraint.Start.Allows(WordTokenizer.End));
        Assert.Null(constraint.Start.Advance(WordTokenizer.End));
        var end = constraint.Start.Advance('a')!.Advance('b')!;
        Assert.Equal([WordTokenizer.End], Enumerable.Range(0, Walks.Tokenizer.Size).Where(end.Allows));
        var ended = end.Advance(WordTokenizer.End)!;
        Assert.False(ended.MayEnd);
        Assert.DoesNotContain(Enumerable.Range(0, Walks.Tokenizer.Size), ended.Allows);
    }

    [Fact]
    public void What_must_come_is_told()
    {
        var constraint = Walks.Compile(new ConstraintSpecification(ConstraintKind.Regex, "(hello world|help me)!"));
        Assert.Equal("hel", Encoding.UTF8.GetString(constraint.Start.Forced.Span));
        var state = constraint.Start;
        foreach (var token in Walks.Tokenizer.Encode("hell", false, false)) state = state.Advance(token)!;
        Assert.Equal("o world!", Encoding.UTF8.GetString(state.Forced.Span));
    }

    [Fact]
    public void A_space_that_encoding_puts_before_the_text_is_no_part_of_it()
    {
        var tokenizer = new WordTokenizer(" ab") { StripsLeadingSpace = true };
        var constraint = Walks.Compile(new ConstraintSpecification(ConstraintKind.Regex, "(ab|  c)"), tokenizer);
        Assert.True(Walks.Accepts(constraint, " ab", tokenizer));
        Assert.True(Walks.Accepts(constraint, "ab", tokenizer));
        Assert.False(Walks.Accepts(constraint, "  ab", tokenizer));
        Assert.False(Walks.Accepts(constraint, "  c", tokenizer));
        Assert.True(Walks.Accepts(constraint, "   c", tokenizer));
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("*")]
    [InlineData("a**")]
    [InlineData("(?=a)b")]
    [InlineData("(a)\\1")]
    [InlineData("\\p{L}")]
    [InlineData("a^b")]
    [InlineData("a{99999}")]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("(a|b)*a(a|b){40}")]
    [InlineData("[^\\s\\S]")]
    public void Pattern_that_is_damaged_not_regular_or_too_large_is_refused_in_one_line(string pattern)
    {
        var error = Assert.Throws<ConstraintException>(() => Walks.Compile(new ConstraintSpecification(ConstraintKind.Regex, pattern)));
        Assert.DoesNotContain('\n', error.Message);
    }
}
