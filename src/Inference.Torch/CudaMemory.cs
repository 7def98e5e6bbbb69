using System.Runtime.InteropServices;

namespace NGrammys.Inference.Torch;

/// <summary>Memory of a CUDA device, as its driver tells; TorchSharp has no call for it.</summary>
/// <param name="Free">Bytes that nobody holds.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct CudaMemory(long Free, long Total)
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Initialise(uint flags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Get(out int device, int ordinal);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Retain(out nint context, int device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Push(nint context);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Pop(out nint context);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Release(int device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Ask(out nuint free, out nuint total);

    /// <summary>Asks the driver; null where there is none, or it does not tell.</summary>
    /// <param name="ordinal">The device's number, as in <c>cuda:N</c>; the driver and libtorch count alike.</param>
    public static CudaMemory? Of(int ordinal)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)) return null;
        T Function<T>(string name) where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(driver, name));
        if (Function<Initialise>("cuInit")(0) != 0 || Function<Get>("cuDeviceGet")(out var device, ordinal) != 0) return null;
        // The context that libtorch uses, too: asking costs no memory of its own.
        if (Function<Retain>("cuDevicePrimaryCtxRetain")(out var context, device) != 0) return null;
        try
        {
            if (Function<Push>("cuCtxPushCurrent_v2")(context) != 0) return null;
            var told = Function<Ask>("cuMemGetInfo_v2")(out var free, out var total);
            Function<Pop>("cuCtxPopCurrent_v2")(out _);
            return told == 0 ? new CudaMemory((long)free, (long)total) : null;
        }
        finally
        {
            Function<Release>("cuDevicePrimaryCtxRelease_v2")(device);
        }
    }
}
