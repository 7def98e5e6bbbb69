using System.Globalization;
using NGrammys.Inference.Abstractions;
using TorchSharp;

namespace NGrammys.Inference.Torch;

/// <summary>Names of the devices that libtorch drives: <c>torch-cpu</c> and <c>cuda:N</c>.</summary>
internal static class TorchDevice
{
    /// <summary>Finds the device of that name; libtorch must be loaded.</summary>
    /// <exception cref="NGrammysException">The name is none of these, or the machine lacks the device.</exception>
    public static torch.Device Parse(string name)
    {
        if (name == "torch-cpu") return torch.CPU;
        if (!name.StartsWith("cuda:", StringComparison.Ordinal) || !int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new NGrammysException($"'{name}' is no device of libtorch; use torch-cpu or cuda:N.");
        if (!torch.TryInitializeDeviceType(DeviceType.CUDA))
        {
            throw new NGrammysException(
                $"Device {name} needs CUDA, which this libtorch or this machine lacks; build with -p:TorchBackend=cuda, check the driver with nvidia-smi, or use Engine:Device=cpu.");
        }

        var devices = torch.cuda.device_count();
        if (index >= devices) throw new NGrammysException($"Device {name} does not exist; this machine has cuda:0 to cuda:{devices - 1}.");
        return torch.device(DeviceType.CUDA, index);
    }
}
