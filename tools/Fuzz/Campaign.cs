using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Fuzz;

/// <summary>Many damaged inputs for one target. Input i follows from the seed and i alone, so that any of them can be made again.</summary>
internal sealed class Campaign(FuzzTarget target, int seed)
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(20);

    private long _inputs;
    private long _accepted;
    private long _mostAllocated;
    private TimeSpan _longest;

    /// <summary>Reads so many inputs and reports what must not happen, with the input's number.</summary>
    public void Run(long count, Action<string> report)
    {
        var began = Stopwatch.GetTimestamp();
        // A read that never ends cannot report itself.
        using var watchdog = new Timer(_ =>
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref began)) > LongestRead) Environment.FailFast($"{target.Name}: seed {seed}, input {_inputs} hangs");
        }, null, LongestRead, LongestRead / 4);
        for (; _inputs < count; _inputs++)
        {
            Volatile.Write(ref began, Stopwatch.GetTimestamp());
            if (Failure(Input(_inputs)) is { } failure) report($"{target.Name}: seed {seed}, input {_inputs}: {failure}");
        }
    }

    /// <summary>The input of that number.</summary>
    public byte[] Input(long number)
    {
        var random = new Random(HashCode(seed, number));
        var input = target.Seeds[random.Next(target.Seeds.Length)];
        for (var i = random.Next(1, 4); i > 0; i--) input = target.Mutate(random, input);
        return input;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{target.Name}: {_inputs} inputs from seed {seed}, {_accepted} accepted, the others refused; "
        + $"at most {_mostAllocated / 1e6:f1} MB allocated and {_longest.TotalMilliseconds:f0} ms taken by one";

    [SuppressMessage("Design", "CA1031", Justification = "Whatever else is thrown is what this tool looks for.")]
    private string? Failure(byte[] input)
    {
        var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        try
        {
            target.Read(input);
            _accepted++;
        }
        catch (NGrammysException e) when (!e.Message.Contains('\n'))
        {
            // Refused in one line, as it should be.
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" / ")} {e.StackTrace?.Split('\n')[0].Trim()}";
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        _mostAllocated = Math.Max(_mostAllocated, allocated);
        var elapsed = Stopwatch.GetElapsedTime(began);
        if (elapsed > _longest) _longest = elapsed;
        var bound = target.MostAllocated + FuzzTarget.AllocatedPerByte * input.Length;
        return allocated > bound ? $"{allocated} bytes allocated for an input of {input.Length}" : null;
    }

    // Neighbouring seeds of System.Random resemble each other.
    private static int HashCode(int seed, long number)
    {
        var hash = (ulong)seed * 0x9E3779B97F4A7C15 + (ulong)number;
        hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ hash >> 27) * 0x94D049BB133111EB;
        return (int)(hash >> 33);
    }
}
