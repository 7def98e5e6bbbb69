using System.Runtime.CompilerServices;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>Reads transcript rows as chunks.</summary>
internal static class Chunks
{
    // Relays give up on a stream that is silent for 1.2 s.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMilliseconds(300);

    /// <summary>Follows a running turn from a position to its end. A position inside a step begins with the whole step.</summary>
    public static async IAsyncEnumerable<TokenChunk> Follow(
        TurnLog log, long epoch, int from, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = from;
        if (from > log.Head)
        {
            next = log.Head;
            yield return RewindTo(next, log.TextLength, epoch);
        }

        while (true)
        {
            // Taken before looking: what is published after the look wakes the wait.
            var changed = log.Changed;
            if (Join(log.Rows, log.TextEnds, next, epoch) is { } chunk)
            {
                next = chunk.Position + chunk.Tokens.Length;
                yield return chunk with { Statistics = log.Statistics, LogProbabilities = log.LogProbabilities(chunk.Position, chunk.Tokens.Length) };
                continue;
            }

            if (log.End is { } end)
            {
                yield return EndOf(end, epoch, next, log.TextLength);
                yield break;
            }

            if (log.Abandoned) throw new ConversationException(ConversationError.Unavailable, "The conversation has moved; ask again.");
            var waited = await Task.WhenAny(changed, Task.Delay(KeepAlive, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (waited == changed) continue;
            yield return new TokenChunk { Kind = ChunkKind.KeepAlive, Epoch = epoch, Position = next, StoreAway = log.StoreAway(time), Ahead = log.Ahead() };
        }
    }

    /// <summary>Replays a turn that is over, whose whole text has <paramref name="textLength"/> characters; where the tokens' texts end may be unknown.</summary>
    public static IEnumerable<TokenChunk> Replay(
        IReadOnlyList<TranscriptRow> rows, IReadOnlyList<int> textEnds, TurnEnd end, int textLength, long epoch, int from)
    {
        if (from > end.Statistics.Tokens)
        {
            from = end.Statistics.Tokens;
            yield return RewindTo(from, textLength, epoch);
        }

        if (Join(rows, textEnds, from, epoch) is { } chunk)
        {
            yield return chunk with { Statistics = end.Statistics };
            from = chunk.Position + chunk.Tokens.Length;
        }

        yield return EndOf(end, epoch, from, textLength);
    }

    private static TokenChunk RewindTo(int position, int textOffset, long epoch) =>
        new() { Kind = ChunkKind.Rewind, Epoch = epoch, Position = position, TextOffset = textOffset };

    private static TokenChunk EndOf(TurnEnd end, long epoch, int position, int textOffset) =>
        new() { Kind = ChunkKind.End, Epoch = epoch, Position = position, TextOffset = textOffset, End = end, Statistics = end.Statistics };

    private static TokenChunk? Join(IReadOnlyList<TranscriptRow> rows, IReadOnlyList<int> textEnds, int from, long epoch)
    {
        var first = rows.Count;
        while (first > 0 && rows[first - 1].Next > from) first--;
        if (first == rows.Count) return null;
        var wanted = rows.Skip(first).ToList();
        return new TokenChunk
        {
            Kind = ChunkKind.Tokens,
            Epoch = epoch,
            Position = wanted[0].Position,
            TextOffset = wanted[0].TextOffset,
            Text = string.Concat(wanted.Select(row => row.Text)),
            Tokens = [.. wanted.SelectMany(row => row.Tokens)],
            Sources = [.. wanted.SelectMany(row => row.Sources)],
            Survival = [.. wanted.SelectMany(row => row.Survival)],
            Steps = [.. wanted.SelectMany(row => Enumerable.Repeat(row.Step, row.Tokens.Length))],
            TextEnds = textEnds.Count == 0 ? [] : [.. wanted.SelectMany(row => EndsOf(row, textEnds))],
        };
    }

    // What was held back to the end of a reply belongs to the last token of its row.
    private static IEnumerable<int> EndsOf(TranscriptRow row, IReadOnlyList<int> textEnds) =>
        Enumerable.Range(row.Position, row.Tokens.Length - 1).Select(position => textEnds[position]).Append(row.TextOffset + row.Text.Length);
}
