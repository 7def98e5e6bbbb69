using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Torch.Tests;

public sealed class TorchExecutorFloat32Tests() : ForwardExecutorCompliance(
    DataType.Float32,
    (model, rows) => new TorchExecutor(model.Decoder, model.Weights, DataType.Float32, rows, "torch-cpu"))
{
    protected override double ReferenceTolerance => 1e-4;

    protected override double Tolerance => 1e-4;
}

public sealed class TorchExecutorBFloat16Tests() : ForwardExecutorCompliance(
    DataType.BFloat16,
    (model, rows) => new TorchExecutor(model.Decoder, model.Weights, DataType.BFloat16, rows, "torch-cpu"))
{
    protected override double ReferenceTolerance => 0.6;

    protected override double Tolerance => 0.3;
}
