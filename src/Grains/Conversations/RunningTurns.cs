using System.Collections.Concurrent;

namespace NGrammys.Grains.Conversations;

/// <summary>The replies that are being made in this silo, so that it can hand them over when it leaves. Thread-safe.</summary>
public sealed class RunningTurns
{
    private readonly ConcurrentDictionary<RunningTurn, bool> _turns = new();
    private volatile bool _leaving;
    private volatile bool _cutOff;

    /// <summary>Whether the silo leaves, for good or until it is told to come back: it begins no more replies.</summary>
    public bool Leaving => _leaving || _cutOff;

    /// <summary>Whether the silo has left because it alone does not reach the store; it comes back by itself.</summary>
    internal bool CutOff
    {
        get => _cutOff;
        set => _cutOff = value;
    }

    /// <summary>Whether no reply is being made.</summary>
    public bool IsEmpty => _turns.IsEmpty;

    /// <summary>How many they are.</summary>
    public int Count => _turns.Count;

    /// <summary>Adds a reply until it is over.</summary>
    internal void Add(RunningTurn turn)
    {
        _turns.TryAdd(turn, true);
        if (Leaving) turn.HandOver();
        turn.Completion.ContinueWith(_ => _turns.TryRemove(turn, out bool _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>From here on no reply begins.</summary>
    public void Leave() => _leaving = true;

    /// <summary>Replies begin again.</summary>
    public void Return() => _leaving = false;

    /// <summary>Lets go of every reply at once. What of it is not stored was not shown, and is made again.</summary>
    internal void Drop()
    {
        foreach (var turn in _turns.Keys) turn.Drop();
    }

    /// <summary>Lets go of every reply at the end of its step, with all that it has said stored. Completes when that is done.</summary>
    internal Task HandOverAsync()
    {
        var turns = _turns.Keys.ToArray();
        foreach (var turn in turns) turn.HandOver();
        return Task.WhenAll(turns.Select(turn => turn.Completion));
    }
}
