using System.Diagnostics;
using System.Globalization;
using NGrammys.Cli.Benchmarks;
using NGrammys.Engine.Benchmarks;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;

// Arguments: shape, rounds, tokens of context, threads, arithmetic; or: overhead, shape, conversations, tokens of each reply, threads.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["overhead", ..])
{
    await StepOverhead.RunAsync(ModelShape.Find(args.Length > 1 ? args[1] : "smollm2"), Argument(2, 16), Argument(3, 200), Argument(4, Environment.ProcessorCount));
    return;
}

var shape = ModelShape.Find(args.Length > 0 ? args[0] : "smollm2");
var rounds = Argument(1, 30);
var context = Argument(2, 512);
var threads = Argument(3, Environment.ProcessorCount);
var arithmetic = args.Length > 4 ? Enum.Parse<DataType>(args[4], ignoreCase: true) : DataType.Float32;
// A prompt needs the logits of its last token alone, and begins at position 0.
int[] counts = [1, 2, 4, 8, 16, 64];
PassSize[] sizes = [.. counts.Select(tokens => new PassSize(tokens, tokens, context)), new(64, 1, context), new(512, 1, 0)];

using var model = new RandomModel(shape);
var decoder = model.Folder.Decoder;
using var executor = new CpuExecutor(decoder, model.Folder.Weights, arithmetic, context + 512, threads);
var bytes = shape.Weights * (arithmetic == DataType.Int8 ? 1 : 2);
var weights = arithmetic == DataType.Int8 ? "int8" : "bfloat16";
Console.WriteLine($"{shape.Name}: {weights} weights, float32 arithmetic, context {context}, {threads} threads, {rounds} rounds");

var logits = new float[64 * decoder.VocabularySize];
var batch = new ForwardBatch();
using var bandwidth = new MemoryBandwidth(threads);
var gigabytes = new List<double>();
for (var i = 0; i < context; i += 64) Forward(i, Math.Min(64, context - i), 0);
// All sizes in every round, so that whatever else the machine does falls on all of them.
for (var round = -2; round < rounds; round++)
{
    foreach (var size in sizes)
    {
        var (before, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        var elapsed = Forward(size.Context, size.Tokens, size.Outputs);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        if (round < 0) continue;
        size.Elapsed.Add(elapsed);
        size.Processor.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        size.Allocated += allocated;
    }

    // The prompt from position 0 has overwritten the context's rows, with rows just as good.
    if (round >= 0) gigabytes.Add(bandwidth.Measure());
}

// Processor time is what a step costs on a machine that others use, too; spinning at barriers is part of it.
Console.WriteLine("           T  median ms      p10      p90   ratio  processor ms   ratio  bytes");
foreach (var size in sizes)
{
    var ratio = Quantile(size.Elapsed, 0.5) / Quantile(sizes[0].Elapsed, 0.5);
    var used = Quantile(size.Processor, 0.5);
    Console.WriteLine(
        $"{size.Name,12}{Quantile(size.Elapsed, 0.5),11:f2}{Quantile(size.Elapsed, 0.1),9:f2}{Quantile(size.Elapsed, 0.9),9:f2}{ratio,8:f2}{used,14:f2}"
        + $"{used / Quantile(sizes[0].Processor, 0.5),8:f2}{size.Allocated / rounds,7}");
}

var read = Quantile(gigabytes, 0.5);
Console.WriteLine(
    $"memory: {read:f1} GB/s (p10 {Quantile(gigabytes, 0.1):f1}, p90 {Quantile(gigabytes, 0.9):f1}); {bytes / 1e6:f0} MB of weights take {bytes / read / 1e6:f2} ms at that speed");

int Argument(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

double Forward(int prefix, int count, int outputs)
{
    batch.Clear();
    batch.BeginSlice(0, prefix);
    for (var i = 0; i < count; i++) batch.Add(i, i == 0 ? -1 : i - 1, output: i >= count - outputs);
    var from = Stopwatch.GetTimestamp();
    executor.Forward(batch, logits);
    return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
}

static double Quantile(List<double> values, double q) => values.Order().ElementAt((int)(q * (values.Count - 1)));
