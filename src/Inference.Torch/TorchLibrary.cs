using System.Runtime.InteropServices;
using NGrammys.Inference.Abstractions;
using TorchSharp;

namespace NGrammys.Inference.Torch;

/// <summary>The native libraries behind TorchSharp: loaded once per process, before anything else touches a tensor.</summary>
/// <remarks>
/// Builds with <c>TorchBackend</c> <c>cpu</c> or <c>cuda</c> carry libtorch. A build with <c>installed</c> carries the thin binding alone and takes
/// libtorch from an installation on the node. Never both: two copies of libtorch in one process abort it.
/// </remarks>
public static class TorchLibrary
{
    /// <summary>The version of libtorch that the binding is made for.</summary>
    public const string Version = "2.10.0";

    private static readonly Lock Gate = new();
    private static bool _loaded;
    private static string? _installation;

    /// <summary>Loads libtorch; does nothing when it is loaded already, from there or, with null, from anywhere.</summary>
    /// <param name="libTorchPath">Folder of an existing libtorch or PyTorch installation (the one that holds libtorch_cpu.so, or its parent);
    /// null for the libtorch that came with the build.</param>
    /// <exception cref="NGrammysException">It cannot be loaded.</exception>
    public static void Load(string? libTorchPath = null)
    {
        lock (Gate)
        {
            if (libTorchPath is null ? _loaded : libTorchPath == _installation) return;
            if (libTorchPath is not null) LoadInstallation(libTorchPath);
            LoadBinding();
            (_loaded, _installation) = (true, libTorchPath);
        }
    }

    /// <summary>Number of CUDA devices that libtorch can use here; 0 without loading libtorch where the machine has no CUDA driver.</summary>
    /// <param name="libTorchPath">As for <see cref="Load"/>.</param>
    /// <exception cref="NGrammysException">There is a driver, but libtorch cannot be loaded.</exception>
    public static int CudaDevices(string? libTorchPath = null)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _)) return 0;
        Load(libTorchPath);
        return torch.TryInitializeDeviceType(DeviceType.CUDA) ? torch.cuda.device_count() : 0;
    }

    private static void LoadInstallation(string path)
    {
        var folder = Directory.Exists(Path.Combine(path, "lib")) ? Path.Combine(path, "lib") : path;
        if (!File.Exists(Path.Combine(folder, FileName("torch_cpu"))))
        {
            throw new NGrammysException(
                $"Engine:LibTorchPath '{path}' holds no {FileName("torch_cpu")}; name the lib folder of a libtorch or PyTorch installation of version {Version}.");
        }

        if (NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _))
        {
            throw new NGrammysException(
                "This build carries its own libtorch, which cannot share a process with that of Engine:LibTorchPath; leave the setting out or build with -p:TorchBackend=installed.");
        }

        // The binding's own references are then met by name with what is loaded already.
        foreach (var name in (string[])["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"])
        {
            var file = Path.Combine(folder, FileName(name));
            if (!File.Exists(file)) continue;
            try
            {
                NativeLibrary.Load(file);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new NGrammysException($"'{file}' cannot be loaded: {Reason(e, name)}; repair the installation that Engine:LibTorchPath names.", e);
            }
        }
    }

    private static void LoadBinding()
    {
        // TorchSharp would print pages to the console and blame a missing package; asking first gives the loader's own words.
        try
        {
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException)
        {
            throw new NGrammysException(
                $"libtorch cannot be loaded: {Reason(e, "LibTorchSharp")}; use Engine:Device=cpu, which does without it, or install what is missing.", e);
        }
    }

    // The loader lists every place it looked at, a line each; the telling line is not about a place without the file.
    private static string Reason(Exception error, string library)
    {
        var lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool Absent(string line) =>
            line.Contains(library, StringComparison.Ordinal) && line.Contains("cannot open shared object file", StringComparison.Ordinal);
        return (lines.Skip(1).FirstOrDefault(line => !Absent(line)) ?? (lines.Length > 1 ? $"{FileName(library)} does not exist" : lines[0])).TrimEnd('.');
    }

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}
