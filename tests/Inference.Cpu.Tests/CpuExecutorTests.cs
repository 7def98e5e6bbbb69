using NGrammys.Inference.Cpu.Lanes;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Cpu.Tests;

public sealed class CpuExecutorFloat32Tests() : CpuExecutorTests(DataType.Float32, VectorWidths.Best, threads: 3);

public sealed class CpuExecutorBFloat16Tests() : CpuExecutorTests(DataType.BFloat16, VectorWidths.Best, threads: 2);

public sealed class CpuExecutorFloat16Tests() : CpuExecutorTests(DataType.Float16, VectorWidths.Best, threads: 1);

public sealed class CpuExecutorScalarTests() : CpuExecutorTests(DataType.BFloat16, VectorWidth.Scalar, threads: 2);

public abstract class CpuExecutorTests : ForwardExecutorCompliance
{
    internal CpuExecutorTests(DataType type, VectorWidth width, int threads)
        : base(type, (model, rows) => new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, rows, threads, width))
    {
    }

    protected override double ReferenceTolerance => 1e-4;

    protected override double Tolerance => 0;
}
