using NGrammys.Inference.Abstractions;
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
        DataType.Float16 => ScalarType.Float16,
        _ => throw new NGrammysException("int8 weights run on the cpu device alone; use Engine:Device=cpu, or bfloat16."),
    };
}
