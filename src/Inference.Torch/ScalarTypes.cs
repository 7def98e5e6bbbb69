using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>Our element types as libtorch names them.</summary>
internal static class ScalarTypes
{
    public static ScalarType ToScalarType(this DataType type) => type switch
    {
        DataType.Float32 => ScalarType.Float32,
        DataType.BFloat16 => ScalarType.BFloat16,
        _ => ScalarType.Float16,
    };
}
