using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;

namespace NGrammys.Reference.Tests.Execution;

public sealed class TorchGoldenLogitsTests() : GoldenLogits(
    (model, rows) => new TorchExecutor(model.Decoder, model.Weights, DataType.Float32, rows, "torch-cpu"));
