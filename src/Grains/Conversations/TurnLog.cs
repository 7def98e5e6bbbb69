using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>The durable part of a running turn, as its readers see it. Readers pull: a slow one gets larger chunks, never a queue of its own.</summary>
/// <remarks>Touched only on the conversation's activation.</remarks>
internal sealed class TurnLog
{
    // A commit takes milliseconds; a reader who waits longer than this should know for what.
    private static readonly TimeSpan LongestCommit = TimeSpan.FromSeconds(1);

    private readonly List<TranscriptRow> _rows = [];
    private readonly Dictionary<int, TokenLikelihood> _likelihoods = [];
    private TaskCompletionSource _changed = New();

    /// <summary>Position behind the last durable token.</summary>
    public int Head => _rows.Count == 0 ? 0 : _rows[^1].Next;

    /// <summary>Characters of the durable text.</summary>
    public int TextLength => _rows.Count == 0 ? 0 : _rows[^1].TextOffset + _rows[^1].Text.Length;

    /// <summary>How the turn ended, once that is durable.</summary>
    public TurnEnd? End { get; private set; }

    /// <summary>The activation has lost the turn: readers must ask again, somewhere else.</summary>
    public bool Abandoned { get; private set; }

    public TurnStatistics Statistics { get; private set; } = new();

    /// <summary>Since when (a time stamp of the turn's clock) a commit is under way, repetitions included; null between commits.</summary>
    public long? Storing { get; set; }

    /// <summary>Whether the store keeps the reply waiting.</summary>
    public bool StoreAway(TimeProvider time) => Storing is { } since && time.GetElapsedTime(since) >= LongestCommit;

    /// <summary>Tells how many replies that came earlier wait for the device as well; null while this one does not wait.</summary>
    public Func<int?> Ahead { get; set; } = static () => null;

    /// <summary>Completes with the next publication.</summary>
    public Task Changed => _changed.Task;

    public IReadOnlyList<TranscriptRow> Rows => _rows;

    /// <summary>Per token, durable or not yet, where its text ends.</summary>
    public List<int> TextEnds { get; } = [];

    /// <summary>Keeps the log probabilities of a step's tokens beside its row, which comes later.</summary>
    public void Tell(int position, TokenLikelihood[] likelihoods)
    {
        for (var i = 0; i < likelihoods.Length; i++) _likelihoods[position + i] = likelihoods[i];
    }

    /// <summary>The log probabilities of tokens; empty where one of them was never told, by an earlier activation, say.</summary>
    public TokenLikelihood[] LogProbabilities(int position, int count)
    {
        var likelihoods = new TokenLikelihood[count];
        for (var i = 0; i < count; i++)
        {
            if (!_likelihoods.TryGetValue(position + i, out likelihoods[i]!)) return [];
        }

        return likelihoods;
    }

    public void Publish(IEnumerable<TranscriptRow> rows, TurnStatistics statistics, TurnEnd? end)
    {
        _rows.AddRange(rows);
        (Statistics, End) = (statistics, end);
        Wake();
    }

    public void Abandon()
    {
        Abandoned = true;
        Wake();
    }

    private void Wake()
    {
        var changed = _changed;
        _changed = New();
        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
