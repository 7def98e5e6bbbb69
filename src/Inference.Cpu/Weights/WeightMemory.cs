using System.Runtime.InteropServices;

namespace NGrammys.Inference.Cpu.Weights;

/// <summary>Zeroed memory for packed weights, cut from blocks of large pages: a step reads all of it from front to back, and with pages of 4 KB it waits for
/// addresses instead of data. Its owner disposes it; a block is freed with its last piece.</summary>
internal sealed unsafe partial class WeightMemory : IDisposable
{
    private const long PageBytes = 2 << 20;
    private const long BlockBytes = 16 * PageBytes;
    private const long CacheLine = 64;
    private const int AdviseLargePages = 14;

    private static readonly Lock Gate = new();
    private static Block? _current;

    private readonly Block _block;
    private bool _disposed;

    public WeightMemory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        bytes = (bytes + CacheLine - 1) / CacheLine * CacheLine;
        lock (Gate)
        {
            if (_current is null || _current.Room < bytes) _current = new Block(Math.Max(bytes, BlockBytes));
            _block = _current;
            Address = _block.Take(bytes);
        }
    }

    /// <summary>The first byte.</summary>
    public byte* Address { get; }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed) return;
            _disposed = true;
            if (_block.Return() && _block == _current) _current = null;
        }
    }

    // Where the system has no large pages, or no room for one, everything works as before.
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint bytes, int advice);

    private sealed class Block
    {
        private readonly void* _memory;
        private readonly byte* _end;
        private byte* _next;
        private int _pieces;

        public Block(long bytes)
        {
            _memory = NativeMemory.AllocZeroed((nuint)(bytes + PageBytes));
            _next = (byte*)(((nuint)_memory + (nuint)PageBytes - 1) & ~((nuint)PageBytes - 1));
            _end = _next + bytes;
            if (OperatingSystem.IsLinux()) _ = Advise(_next, (nuint)bytes, AdviseLargePages);
        }

        public long Room => _end - _next;

        public byte* Take(long bytes)
        {
            _pieces++;
            _next += bytes;
            return _next - bytes;
        }

        /// <summary>Whether the last piece came back.</summary>
        public bool Return()
        {
            if (--_pieces > 0) return false;
            NativeMemory.Free(_memory);
            return true;
        }
    }
}
