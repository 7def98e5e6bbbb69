using System.Globalization;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;

namespace NGrammys.Silo.Engines;

/// <summary>What a model is computed on and in.</summary>
/// <param name="Device">cpu, torch-cpu or cuda:N.</param>
/// <param name="Type">Type of the weights, and on torch of keys and values, too.</param>
public readonly record struct DeviceChoice(string Device, DataType Type)
{
    /// <summary>Number of the GPU; null where it is none.</summary>
    public int? Ordinal => OrdinalOf(Device);

    /// <summary>Bytes of a number in the KV cache.</summary>
    public int KvElementBytes => Device != "cpu" && Type == DataType.BFloat16 ? sizeof(short) : sizeof(float);

    /// <summary>Bytes of the weights when they are loaded.</summary>
    public long WeightBytes(DecoderWeights weights) => weights.All().Sum(tensor => tensor.Elements) * Type switch
    {
        DataType.Float32 => sizeof(float),
        DataType.Int8 => sizeof(byte),
        _ => sizeof(short),
    };

    /// <summary>Chooses the devices of a silo, one or several, by what is asked for and what is there.</summary>
    /// <exception cref="NGrammysException">One of them is no device, is named twice, or computes in another data type than the others.</exception>
    public static IReadOnlyList<DeviceChoice> All(EngineOptions options)
    {
        DeviceChoice[] choices = [.. options.Device.Split(',', StringSplitOptions.TrimEntries).Select(device => Of(options with { Device = device }))];
        if (choices.Where(choice => choice.Ordinal is not null).GroupBy(choice => choice.Device).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new NGrammysException($"Engine:Device '{options.Device}' names {twice.Key} twice; one engine drives a whole GPU.");
        // Replies go on from one device to another, in the same arithmetic.
        return choices.All(choice => choice.Type == choices[0].Type) ? choices
            : throw new NGrammysException($"The devices of Engine:Device '{options.Device}' compute in different data types; name one with Engine:DataType that all have.");
    }

    /// <summary>Chooses one device by what is asked for and what is there.</summary>
    /// <exception cref="NGrammysException">There is no such device or data type, or not together.</exception>
    public static DeviceChoice Of(EngineOptions options)
    {
        var device = options.Device switch
        {
            "auto" => TorchLibrary.CudaDevices(options.LibTorchPath) > 0 ? "cuda:0" : "cpu",
            "cpu" or "torch-cpu" => options.Device,
            var cuda when OrdinalOf(cuda) is not null => cuda,
            _ => throw new NGrammysException($"There is no device '{options.Device}'; use auto, cpu, torch-cpu or cuda:N."),
        };
        return new DeviceChoice(device, options.DataType switch
        {
            "auto" => device.StartsWith("cuda", StringComparison.Ordinal) ? DataType.BFloat16 : DataType.Float32,
            "float32" => DataType.Float32,
            "bfloat16" => DataType.BFloat16,
            "int8" when device == "cpu" => DataType.Int8,
            "int8" => throw new NGrammysException($"int8 weights run on the device cpu alone, not on {device}; use that, or bfloat16."),
            _ => throw new NGrammysException($"There is no data type '{options.DataType}'; use auto, float32, bfloat16 or int8."),
        });
    }

    private static int? OrdinalOf(string device) =>
        device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
