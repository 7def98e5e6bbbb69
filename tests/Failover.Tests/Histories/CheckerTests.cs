using NGrammys.HistoryChecker;

namespace NGrammys.Failover.Tests.Histories;

/// <summary>The checker on histories that are forged to break the promise, each in one way.</summary>
public sealed class CheckerTests
{
    private static readonly int[] Said = [7, 8, 9, 7, 8, 9];

    [Fact]
    public void Check_finds_nothing_where_frames_are_repeated_and_the_client_keeps_each_once() => Assert.Empty(Check(
        Frame(HistoryKind.Received, 0, 3), Frame(HistoryKind.Kept, 0, 3),
        Frame(HistoryKind.Received, 1, 4), Frame(HistoryKind.Kept, 3, 1),
        Frame(HistoryKind.Received, 4, 2), Frame(HistoryKind.Kept, 4, 2), End()));

    [Fact]
    public void Check_finds_tokens_that_are_lost_in_the_middle() =>
        AssertFault(FaultKind.Lost, 2, Frame(HistoryKind.Kept, 0, 2), Frame(HistoryKind.Kept, 3, 3), End());

    [Fact]
    public void Check_finds_tokens_that_are_lost_at_the_end() => AssertFault(FaultKind.Lost, 5, Frame(HistoryKind.Kept, 0, 5), End());

    [Fact]
    public void Check_lets_a_reader_that_has_not_ended_lack_the_rest() => Assert.Empty(Check(Frame(HistoryKind.Kept, 0, 5)));

    [Fact]
    public void Check_finds_what_was_shown_and_is_not_stored() =>
        AssertFault(FaultKind.Lost, 6, new HistoryLine(HistoryKind.Received, "t", [1], 6, "c"));

    [Fact]
    public void Check_finds_tokens_that_were_kept_twice() =>
        AssertFault(FaultKind.Doubled, 2, Frame(HistoryKind.Kept, 0, 3), Frame(HistoryKind.Kept, 2, 4), End());

    [Fact]
    public void Check_finds_received_tokens_that_are_altered() =>
        AssertFault(FaultKind.Altered, 4, new HistoryLine(HistoryKind.Received, "t", [7, 1], 3, "c"));

    [Fact]
    public void Check_finds_kept_tokens_that_are_altered() =>
        AssertFault(FaultKind.Altered, 0, new HistoryLine(HistoryKind.Kept, "t", [1], 0, "c"));

    [Fact]
    public void Check_finds_tokens_that_were_reordered() => Assert.Equal(
        [new Fault(FaultKind.Reordered, "t", "c", 3)],
        Check(Frame(HistoryKind.Kept, 0, 3), Frame(HistoryKind.Kept, 4, 2), Frame(HistoryKind.Kept, 3, 1), End()));

    [Theory]
    [InlineData(FaultKind.Altered, 2, new[] { 7, 8, 1, 7, 8, 9 })]
    [InlineData(FaultKind.Lost, 6, new[] { 7, 8, 9, 7, 8, 9, 7 })]
    [InlineData(FaultKind.Altered, 5, new[] { 7, 8, 9, 7, 8 })]
    public void Check_finds_a_transcript_that_is_not_that_of_an_undisturbed_run(FaultKind kind, int position, int[] reference) =>
        Assert.Equal([new Fault(kind, "t", "", position)], Check(new HistoryLine(HistoryKind.Reference, "t", reference)));

    [Fact]
    public void Read_returns_what_was_written_and_refuses_anything_else()
    {
        var line = Frame(HistoryKind.Received, 1, 2);

        Assert.Equivalent(line, Assert.Single(History.Read([History.Write(line)])));
        Assert.Contains("2", Assert.Throws<FormatException>(() => History.Read([History.Write(line), "{}"])).Message, StringComparison.Ordinal);
    }

    private static void AssertFault(FaultKind kind, int position, params HistoryLine[] lines) =>
        Assert.Equal([new Fault(kind, "t", "c", position)], Check(lines));

    private static IReadOnlyList<Fault> Check(params HistoryLine[] lines) =>
        Checker.Check([new HistoryLine(HistoryKind.Transcript, "t", Said), .. lines]);

    private static HistoryLine Frame(HistoryKind kind, int position, int count) => new(kind, "t", Said[position..(position + count)], position, "c");

    private static HistoryLine End() => new(HistoryKind.End, "t", [], Said.Length, "c");
}
