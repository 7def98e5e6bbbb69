namespace NGrammys.Failover.Readers;

/// <summary>When the tokens of a reply came to one reader, and from whom. Thread-safe.</summary>
/// <param name="conversation">The conversation.</param>
/// <param name="turn">The turn that writes it.</param>
internal sealed class HeardReply(Guid conversation, Guid turn)
{
    private readonly Lock _lock = new();
    private readonly List<(long Time, long Epoch)> _moments = [];
    private bool _over;

    public Guid Conversation => conversation;

    public Guid Turn => turn;

    /// <summary>Whether a later owner of the conversation has gone on with it.</summary>
    public bool Continued
    {
        get
        {
            lock (_lock) return _moments.Count > 0 && _moments[^1].Epoch > _moments[0].Epoch;
        }
    }

    /// <summary>Tokens have come.</summary>
    public void Hear(long time, long epoch)
    {
        lock (_lock) _moments.Add((time, epoch));
    }

    /// <summary>It is read to its end.</summary>
    public void End()
    {
        lock (_lock) _over = true;
    }

    /// <summary>Whether it had begun and gone on beyond a moment, as far as is known.</summary>
    public bool Spans(long time)
    {
        lock (_lock) return _moments.Count > 0 && _moments[0].Time <= time && (!_over || _moments[^1].Time > time);
    }

    /// <summary>What a fault at a moment has done to it: whether it moved to another owner, and the longest time after it without a token.</summary>
    public Interruption Interruption(long fault)
    {
        lock (_lock)
        {
            var (longest, epoch) = (TimeSpan.Zero, 0L);
            for (var i = 0; i < _moments.Count; i++)
            {
                var (time, owner) = _moments[i];
                if (time > fault && i > 0)
                {
                    var gap = TimeProvider.System.GetElapsedTime(_moments[i - 1].Time, time);
                    // Nothing that comes later has to do with it.
                    if (owner > epoch) return new Interruption(true, gap);
                    if (gap > longest) longest = gap;
                }

                epoch = owner;
            }

            return new Interruption(false, longest);
        }
    }
}

/// <summary>What a fault has done to a reply.</summary>
/// <param name="Moved">Whether another owner went on with it.</param>
/// <param name="Gap">How long nothing came: between the last token before it moved and the first after, or else the longest time between two.</param>
internal readonly record struct Interruption(bool Moved, TimeSpan Gap);
