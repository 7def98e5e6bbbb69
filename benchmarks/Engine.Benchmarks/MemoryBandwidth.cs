using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NGrammys.Engine.Benchmarks;

/// <summary>How fast all threads together read memory that no cache holds: the floor under a step with one token.</summary>
internal sealed unsafe class MemoryBandwidth : IDisposable
{
    private const nuint Bytes = 256 << 20;

    private readonly int _threads;
    private readonly byte* _data = (byte*)NativeMemory.AlignedAlloc(Bytes, 64);

    public MemoryBandwidth(int threads)
    {
        _threads = threads;
        NativeMemory.Fill(_data, Bytes, 1);
    }

    /// <summary>Gigabytes per second of one reading of everything.</summary>
    public double Measure()
    {
        var part = (int)(Bytes / (nuint)_threads);
        var start = Stopwatch.GetTimestamp();
        Parallel.For(0, _threads, new ParallelOptions { MaxDegreeOfParallelism = _threads }, i =>
        {
            // A vectorised search that never finds is the plainest read loop.
            if (new ReadOnlySpan<byte>(_data + (nint)i * part, part).Contains((byte)2)) throw new InvalidOperationException("The memory has changed.");
        });
        return Bytes / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    public void Dispose() => NativeMemory.AlignedFree(_data);
}
