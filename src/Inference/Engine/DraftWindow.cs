using System.Collections.Concurrent;

namespace NGrammys.Inference.Engine;

/// <summary>The moment between two steps in which owners may hand in their drafts.</summary>
/// <remarks>
/// An owner learns a step's tokens when it ends, so its draft cannot be there at that instant; a step that began at once would always be bare.
/// The window closes as soon as everybody who was punctual last time has answered, and at the latest after a share of a step. Who misses it is
/// decoded bare and not waited for again until heard from, and who had no guess last time not until there is one.
/// </remarks>
internal sealed class DraftWindow(TimeProvider time, ConcurrentQueue<Action> commands, Action drain)
{
    private const double ShareOfStep = 0.1;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(3);

    private bool _closed;

    /// <summary>Waits for nobody any more: the engine stops. Called on the engine thread.</summary>
    public void Close() => _closed = true;

    /// <summary>Waits for the drafts of these sequences, which are about to be packed.</summary>
    public void Wait(IReadOnlyList<Sequence> sequences, TimeSpan lastStep)
    {
        if (!Expected(sequences)) return;
        var window = TimeSpan.FromTicks(Math.Clamp((long)(lastStep.Ticks * ShareOfStep), Shortest.Ticks, Longest.Ticks));
        var opened = time.GetTimestamp();
        var spin = new SpinWait();
        while (!_closed && Expected(sequences))
        {
            if (time.GetElapsedTime(opened) >= window)
            {
                foreach (var sequence in sequences) sequence.Punctual &= !sequence.Decoding || sequence.Answered;
                return;
            }

            // Drafters may need this very core: yield, never spin it away. No Sleep(1): it would outlast the window.
            if (commands.IsEmpty) spin.SpinOnce(sleep1Threshold: -1);
            else drain();
        }
    }

    private static bool Expected(IReadOnlyList<Sequence> sequences)
    {
        foreach (var sequence in sequences)
        {
            if (sequence is { Decoding: true, Answered: false, Punctual: true, Drafts: true, Finish: null } && sequence.Request.ExpectsDrafts) return true;
        }

        return false;
    }
}
