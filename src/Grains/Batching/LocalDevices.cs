using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Batching;

/// <summary>The engines of this silo process, one per device, by ordinal, all of one model. They live as long as the process; grains only refer to them.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class LocalDevices
{
    private readonly IReadOnlyList<IInferenceEngine> _engines;
    private readonly CancellationTokenSource[] _losses;
    private readonly int[] _replies;
    private readonly Lock _losing = new(), _counting = new();

    /// <summary>At least one engine, and what the conversations with their model draft from; null for their own text alone.</summary>
    public LocalDevices(IReadOnlyList<IInferenceEngine> engines, ModelDrafting? drafting = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(engines.Count);
        _engines = engines;
        _losses = [.. engines.Select(_ => new CancellationTokenSource())];
        _replies = new int[engines.Count];
        Drafting = drafting ?? new ModelDrafting();
    }

    /// <summary>The model that this silo serves.</summary>
    public ModelInfo Model => _engines[0].Model;

    /// <summary>What conversations with it draft from.</summary>
    public ModelDrafting Drafting { get; }

    /// <summary>The engine of a device.</summary>
    public IInferenceEngine this[int device] => _engines[device];

    /// <summary>Number of devices.</summary>
    public int Count => _engines.Count;

    /// <summary>Engines that compute: neither lost nor failed.</summary>
    public IEnumerable<IInferenceEngine> Living => Enumerable.Range(0, Count).Where(device => !IsLost(device)).Select(device => _engines[device]);

    /// <summary>Whether a device hangs or its engine has failed: no reply begins there.</summary>
    public bool IsLost(int device) => _losses[device].IsCancellationRequested || _engines[device].Load.Failed;

    /// <summary>Cancelled when a device is found to hang; replies that are made there must be made elsewhere.</summary>
    public CancellationToken LossOf(int device) => _losses[device].Token;

    /// <summary>Gives a device up that hangs, so that its replies go on at the others.</summary>
    /// <returns>False if it was the last that computes: only a new process helps.</returns>
    public bool TryLose(int device)
    {
        lock (_losing)
        {
            if (!Enumerable.Range(0, Count).Any(other => other != device && !IsLost(other))) return false;
            _losses[device].Cancel();
            return true;
        }
    }

    /// <summary>
    /// Where a conversation's next reply is made: where its last one was, whose keys and values are there, unless sequences wait there and none where it is
    /// quietest; otherwise where the fewest replies are made. It counts there from now on, until it is <see cref="Leave"/>: an engine's own count lags behind a burst.
    /// </summary>
    /// <param name="last">Ordinal of the device of its last reply; null = there was none here.</param>
    public int Enter(int? last = null)
    {
        lock (_counting)
        {
            var device = Choose(last);
            _replies[device]++;
            return device;
        }
    }

    /// <summary>Where <see cref="Enter"/> would have a reply made now; nothing is counted.</summary>
    /// <param name="last">Ordinal of the device of the conversation's last reply; null = there was none here.</param>
    public int Next(int? last = null)
    {
        lock (_counting) return Choose(last);
    }

    /// <summary>A reply is over that has entered there.</summary>
    public void Leave(int device)
    {
        lock (_counting) _replies[device]--;
    }

    /// <summary>Their names.</summary>
    public override string ToString() => string.Join(", ", _engines.Select(engine => engine.Model.Device));

    private int Choose(int? last)
    {
        int[] living = [.. Enumerable.Range(0, Count).Where(device => !IsLost(device))];
        if (living.Length == 0) return last ?? 0;
        var quietest = living.MinBy(device => _replies[device]);
        return last is { } stay && living.Contains(stay) && (_engines[stay].Load.Waiting == 0 || _engines[quietest].Load.Waiting > 0) ? stay : quietest;
    }
}
