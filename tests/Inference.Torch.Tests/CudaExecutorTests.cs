using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Torch.Tests;

[Trait("Requires", "Gpu")]
public sealed class CudaExecutorFloat32Tests() : ForwardExecutorCompliance(
    DataType.Float32,
    (model, rows) => new TorchExecutor(model.Decoder, model.Weights, DataType.Float32, rows, "cuda:0"))
{
    protected override double ReferenceTolerance => 1e-3;

    protected override double Tolerance => 1e-3;
}

[Trait("Requires", "Gpu")]
public sealed class CudaExecutorBFloat16Tests() : ForwardExecutorCompliance(
    DataType.BFloat16,
    (model, rows) => new TorchExecutor(model.Decoder, model.Weights, DataType.BFloat16, rows, "cuda:0"))
{
    protected override double ReferenceTolerance => 0.6;

    protected override double Tolerance => 0.3;
}
