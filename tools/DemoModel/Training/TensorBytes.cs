using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.DemoModel.Training;

/// <summary>Between libtorch's tensors and those of safetensors files.</summary>
internal static class TensorBytes
{
    /// <summary>A float32 or bfloat16 tensor, ready to be written.</summary>
    public static SafetensorsWriter.Tensor Of(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var type = tensor.dtype == ScalarType.BFloat16 ? DataType.BFloat16 : DataType.Float32;
        return new(name, type, [.. tensor.shape.Select(size => (int)size)], tensor.contiguous().bytes.ToArray());
    }

    /// <summary>Overwrites a float32 tensor with a stored one of the same shape.</summary>
    public static void Read(StoredTensor stored, Tensor destination)
    {
        var values = new float[stored.Shape.Aggregate(1, (product, size) => product * size)];
        stored.Read(0, values);
        using var scope = NewDisposeScope();
        destination.copy_(tensor(values).view(destination.shape));
    }
}
