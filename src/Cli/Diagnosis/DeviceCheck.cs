using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Torch;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Diagnosis;

/// <summary>The devices that <c>Engine:Device</c> comes to: whether they are there, and go together.</summary>
internal static class DeviceCheck
{
    /// <summary>Looks at them without loading a model.</summary>
    public static Finding Look(EngineOptions options)
    {
        try
        {
            var choices = DeviceChoice.All(options);
            var text = $"{string.Join(", ", choices.Select(choice => choice.Device))} in {choices[0].Type.ToString().ToLowerInvariant()}";
            var there = choices.Any(choice => choice.Ordinal is not null) ? TorchLibrary.CudaDevices(options.LibTorchPath) : 0;
            if (choices.Where(choice => choice.Ordinal >= there).ToArray() is [var missing, ..])
                return new Finding("device", $"{text}; {missing.Device} does not exist, {there} CUDA devices do", "Name devices that are there in Engine:Device, or with --device.");
            return new Finding("device", choices.Count == 1 ? text : $"{text}: one silo drives all of them; a silo for each would lose less with a process");
        }
        catch (NGrammysException e)
        {
            return new Finding("device", e.Message, "Set Engine:Device and Engine:DataType, or --device and --dtype.");
        }
    }
}
