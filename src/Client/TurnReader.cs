using System.Runtime.CompilerServices;
using NGrammys.Client.Protocol;

namespace NGrammys.Client;

/// <summary>Opens a reply for reading.</summary>
/// <param name="from">First position wanted.</param>
/// <param name="cancellationToken">Cancelled when the reader has given this source up.</param>
public delegate IAsyncEnumerable<TurnEvent> TurnSource(int from, CancellationToken cancellationToken);

/// <summary>
/// Reads one reply to its end over a source that may fall silent, fail, repeat itself or leave something out: whatever happens, it opens the
/// source again at the first position it lacks, so that every token arrives once and in order.
/// </summary>
/// <remarks>
/// A source that was silent for too long may be dead without knowing it, and then never ends; it is cancelled and left behind, and nothing
/// waits for it. Thread-safe: each read has its own state.
/// </remarks>
/// <param name="source">Where the reply comes from.</param>
/// <param name="refuses">Tells the source's errors that opening it again cannot mend; the reader passes them on.</param>
/// <param name="silence">A source that sends nothing for this long counts as lost. Longer than the interval of its keep-alives.</param>
/// <param name="patience">How long the reader tries without receiving anything before it gives up.</param>
/// <param name="time">The clock.</param>
/// <param name="waitsFor">What a source that failed with an error waits for (<see cref="WaitReason"/>), where the error tells; null = none ever does.</param>
public sealed class TurnReader(
    TurnSource source, Predicate<Exception> refuses, TimeSpan silence, TimeSpan patience, TimeProvider time, Func<Exception, string?>? waitsFor = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private const int LongestPauseDoublings = 4;

    /// <summary>Reads until <see cref="TurnEventKind.End"/>. While a lost source is being replaced, keep-alives are returned.</summary>
    /// <param name="from">First position wanted.</param>
    /// <param name="cancellationToken">Ends the reading; the reply goes on without a reader.</param>
    /// <exception cref="ChatException">Nothing came for as long as the patience lasts.</exception>
    public async IAsyncEnumerable<TurnEvent> ReadAsync(int from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        var next = from;
        var epoch = 0L;
        string? waits = null;
        int? ahead = null;
        var lastFrame = time.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            var attempt = new Attempt(source, refuses, next, silence, time, cancellationToken);
            try
            {
                while (await attempt.NextAsync() is { } frame && Follows(frame, next, epoch))
                {
                    lastFrame = time.GetTimestamp();
                    failures = 0;
                    epoch = frame.Epoch;
                    (waits, ahead) = (frame.WaitsFor, frame.Ahead);
                    switch (frame.Kind)
                    {
                        case TurnEventKind.Tokens when frame.Position + frame.Tokens.Count <= next && frame.Tokens.Count > 0:
                            continue;
                        case TurnEventKind.Tokens:
                            frame = From(frame, next);
                            next = frame.Position + frame.Tokens.Count;
                            break;
                        case TurnEventKind.Rewind:
                            next = frame.Position;
                            break;
                    }
                    yield return frame;
                    if (frame.Kind == TurnEventKind.End)
                        yield break;
                }
            }
            finally
            {
                _ = attempt.AbandonAsync();
            }
            if (time.GetElapsedTime(lastFrame) >= patience)
                throw new ChatException(RefusalCode.Unavailable, "The reply cannot be reached now; what was said is kept. Try again later.", attempt.Failure);
            if (attempt.Failure is { } failure) waits = waitsFor?.Invoke(failure) ?? waits;
            yield return new TurnEvent { Kind = TurnEventKind.KeepAlive, Epoch = epoch, Position = next, WaitsFor = waits, Ahead = waits == WaitReason.Queue ? ahead : null };
            if (!attempt.FellSilent)
                await Task.Delay(FirstPause * (1 << Math.Min(failures, LongestPauseDoublings)), time, cancellationToken);
        }
    }

    /// <summary>False where tokens are missing before the frame, or where it comes from a process that has lost the conversation to another.</summary>
    private static bool Follows(TurnEvent frame, int next, long epoch) => frame.Position <= next && frame.Epoch >= epoch;

    private static TurnEvent From(TurnEvent frame, int next)
    {
        var known = next - frame.Position;
        return known == 0 ? frame : frame with
        {
            Position = next,
            Tokens = [.. frame.Tokens.Skip(known)],
            Sources = [.. frame.Sources.Skip(known)],
            Survival = [.. frame.Survival.Skip(known)],
            Steps = [.. frame.Steps.Skip(known)],
            TextEnds = [.. frame.TextEnds.Skip(known)],
            LogProbabilities = [.. frame.LogProbabilities.Skip(known)],
        };
    }

    /// <summary>One opened source. Its end, its silence and its errors all look the same: no next frame.</summary>
    private sealed class Attempt
    {
        private readonly CancellationTokenSource _cancellation;
        private readonly CancellationToken _reader;
        private readonly IAsyncEnumerator<TurnEvent> _frames;
        private readonly Predicate<Exception> _refuses;
        private readonly TimeSpan _silence;
        private readonly TimeProvider _time;
        private Task<bool> _pending = Task.FromResult(true);

        public Attempt(TurnSource source, Predicate<Exception> refuses, int from, TimeSpan silence, TimeProvider time, CancellationToken reader)
        {
            _cancellation = CancellationTokenSource.CreateLinkedTokenSource(reader);
            _reader = reader;
            _frames = source(from, _cancellation.Token).GetAsyncEnumerator(_cancellation.Token);
            _refuses = refuses;
            _silence = silence;
            _time = time;
        }

        /// <summary>Why there was no next frame, where the source has not just ended.</summary>
        public Exception? Failure { get; private set; }

        public bool FellSilent { get; private set; }

        public async Task<TurnEvent?> NextAsync()
        {
            try
            {
                _pending = _frames.MoveNextAsync().AsTask();
                return await _pending.WaitAsync(_silence, _time, _reader) ? _frames.Current : null;
            }
            catch (Exception e) when (!_reader.IsCancellationRequested && !_refuses(e))
            {
                Failure = e;
                FellSilent = !_pending.IsCompleted;
                return null;
            }
        }

        /// <summary>Gives the source up. Completes when it has let go, which may be never.</summary>
        public async Task AbandonAsync()
        {
            try
            {
                await _cancellation.CancelAsync();
                await _pending;
            }
            catch (Exception)
            {
                // Whatever an abandoned source still says concerns nobody.
            }
            try
            {
                await _frames.DisposeAsync();
            }
            catch (Exception)
            {
                // As above.
            }
            _cancellation.Dispose();
        }
    }
}
