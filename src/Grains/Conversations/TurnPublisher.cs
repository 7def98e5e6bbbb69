using System.Text.Json;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>
/// Brings what a reply says to the transcript and then to its readers, on its own clock beside generation. Nothing is shown that is not durable.
/// </summary>
/// <remarks>Touched only on the conversation's activation, but for <see cref="HandsOver"/>.</remarks>
internal sealed class TurnPublisher(TurnContext context, Guid turn, TurnLog log)
{
    // A human eye sees no difference below it, and packet sizes tell less about single steps.
    private static readonly TimeSpan PublishEvery = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan StoreAgainAfter = TimeSpan.FromSeconds(1);

    private readonly List<TranscriptRow> _unstored = [];
    private TaskCompletionSource _made = New();
    private TaskCompletionSource _stored = New();
    private TurnStatistics _statistics = new();
    private TurnEnd? _end;
    private string _text = "";
    private volatile bool _handsOver;

    /// <summary>Whether the turn is let go of, without an end, once all that was made of it is stored. Set from any thread.</summary>
    public bool HandsOver
    {
        get => _handsOver;
        set => _handsOver = value;
    }

    /// <summary>Whether something was made that is not on its way to the transcript yet.</summary>
    public bool HasUnstored => _unstored.Count > 0;

    /// <summary>Completes with the next commit.</summary>
    public Task Stored => _stored.Task;

    /// <summary>Takes a step.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="statistics">Those of the turn, the step included.</param>
    public void Add(TranscriptRow row, TurnStatistics statistics)
    {
        _unstored.Add(row);
        _statistics = statistics;
        _made.TrySetResult();
    }

    /// <summary>Adds text that was held back to the last step, which is unstored.</summary>
    public void Extend(string text) => _unstored[^1] = _unstored[^1] with { Text = _unstored[^1].Text + text };

    /// <summary>Takes the end, which is stored with what is unstored.</summary>
    /// <param name="end">The end.</param>
    /// <param name="text">The whole text of the reply.</param>
    public void End(TurnEnd end, string text) => (_end, _text) = (end, text);

    /// <summary>Publishes until the end is durable. False if the turn belongs to the conversation's next owner.</summary>
    /// <param name="generated">Completes when nothing more is made.</param>
    public async Task<bool> RunAsync(Task generated)
    {
        while (true)
        {
            await Task.WhenAny(_made.Task, generated);
            _made = New();
            var (last, began) = (generated.IsCompleted, context.Time.GetTimestamp());
            if (!await StoreAsync()) return false;
            if (log.End is not null) return true;
            if (last && HandsOver) return false;
            // From commit to commit, not from the end of one: what a commit takes is no delay of the next.
            var rest = PublishEvery - context.Time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero) await Task.WhenAny(Task.Delay(rest, context.Time), generated);
        }
    }

    private async Task<bool> StoreAsync()
    {
        var (rows, end, statistics) = (_unstored.ToList(), _end, _end?.Statistics ?? _statistics);
        _unstored.Clear();
        if (log.Abandoned) return false;
        if (rows.Count == 0 && end is null) return true;
        var stored = end is null ? null : new StoredEnd
        {
            Finish = end.Finish,
            Error = end.Error,
            Text = _text,
            Statistics = JsonSerializer.Serialize(end.Statistics),
        };
        log.Storing = context.Time.GetTimestamp();
        var outcome = await AppendAsync(new TurnAppend(context.Claim, turn, rows, stored));
        log.Storing = null;
        if (log.Abandoned) return false;
        if (outcome != AppendOutcome.Appended)
        {
            context.Logger.LogTurnFenced(turn, outcome);
            return false;
        }

        log.Publish(rows, statistics, end);
        _stored.TrySetResult();
        _stored = New();
        return true;
    }

    /// <summary>Appends, again and again while the store is away: an append that is repeated is stored once.</summary>
    private async Task<AppendOutcome> AppendAsync(TurnAppend append)
    {
        while (true)
        {
            try
            {
                return (await context.Transcript.AppendAsync(append)).Outcome;
            }
            catch (StorageException e) when (e.Error is StorageError.Unavailable or StorageError.Full && !log.Abandoned)
            {
                context.Logger.LogStoreAway(turn, e.Message);
                await Task.Delay(StoreAgainAfter, context.Time);
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
