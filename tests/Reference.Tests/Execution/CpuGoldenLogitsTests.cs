using NGrammys.Inference.Cpu;
using NGrammys.Inference.Models;

namespace NGrammys.Reference.Tests.Execution;

public sealed class CpuGoldenLogitsTests() : GoldenLogits(
    (model, rows) => new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, rows));
