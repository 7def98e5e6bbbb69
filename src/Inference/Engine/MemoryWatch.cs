using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Engine;

/// <summary>What an executor's device has of memory, asked once a second at most: drivers take their time.</summary>
/// <remarks>Called only on the engine thread, once it runs.</remarks>
internal sealed class MemoryWatch(IForwardExecutor executor, TimeProvider time)
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    private DeviceMemory? _told = executor.Memory;
    private long _asked = time.GetTimestamp();

    /// <summary>Null where it has none of its own.</summary>
    public DeviceMemory? Look()
    {
        if (_told is null || time.GetElapsedTime(_asked) < Often) return _told;
        _asked = time.GetTimestamp();
        return _told = executor.Memory;
    }
}
