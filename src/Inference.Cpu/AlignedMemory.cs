using System.Runtime.InteropServices;

namespace NGrammys.Inference.Cpu;

/// <summary>Zeroed native memory, aligned to cache lines, out of the garbage collector's sight. Its owner disposes it.</summary>
internal sealed unsafe class AlignedMemory : IDisposable
{
    private const int CacheLine = 64;

    private readonly byte* _address;
    private void* _block;

    public AlignedMemory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        // Aligned by hand: unlike AlignedAlloc followed by Clear, this leaves pages that nobody has written yet (most of a KV cache) to the system.
        _block = NativeMemory.AllocZeroed((nuint)bytes + CacheLine);
        _address = (byte*)(((nuint)_block + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        Bytes = bytes;
    }

    public long Bytes { get; }

    public float* Floats => (float*)_address;

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
