using System.Diagnostics;
using System.Globalization;
using NGrammys.Engine.Benchmarks;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;

// Arguments: rounds, tokens of context, threads.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = Argument(0, 30);
var context = Argument(1, 512);
var threads = Argument(2, Environment.ProcessorCount);
int[] counts = [1, 2, 4, 8, 16, 64];

using var model = new RandomModel();
var decoder = model.Folder.Decoder;
var start = Stopwatch.GetTimestamp();
using var executor = new CpuExecutor(decoder, model.Folder.Weights, DataType.Float32, context + counts[^1], threads);
Console.WriteLine($"SmolLM2-135M's shape, bfloat16 weights, float32 arithmetic, context {context}, {threads} threads, {rounds} rounds");
Console.WriteLine($"packed in {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s");

var logits = new float[counts[^1] * decoder.VocabularySize];
var batch = new ForwardBatch();
using var bandwidth = new MemoryBandwidth(threads);
var gigabytes = new List<double>();
var milliseconds = counts.ToDictionary(count => count, _ => new List<double>());
var processor = counts.ToDictionary(count => count, _ => new List<double>());
for (var i = 0; i < context; i += 64) Forward(i, Math.Min(64, context - i));
// All sizes in every round, so that whatever else the machine does falls on all of them.
for (var round = -2; round < rounds; round++)
{
    foreach (var count in counts)
    {
        var before = Environment.CpuUsage.TotalTime;
        var elapsed = Forward(context, count);
        if (round < 0) continue;
        milliseconds[count].Add(elapsed);
        processor[count].Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
    }

    if (round >= 0) gigabytes.Add(bandwidth.Measure());
}

// Processor time is what a step costs on a machine that others use, too; spinning at barriers is part of it.
Console.WriteLine("    T  median ms      p10      p90   ratio  processor ms   ratio");
foreach (var count in counts)
{
    var (elapsed, used) = (milliseconds[count], processor[count]);
    var ratio = Quantile(elapsed, 0.5) / Quantile(milliseconds[1], 0.5);
    var usedRatio = Quantile(used, 0.5) / Quantile(processor[1], 0.5);
    Console.WriteLine(
        $"{count,5}{Quantile(elapsed, 0.5),11:f2}{Quantile(elapsed, 0.1),9:f2}{Quantile(elapsed, 0.9),9:f2}{ratio,8:f2}{Quantile(used, 0.5),14:f2}{usedRatio,8:f2}");
}

var read = Quantile(gigabytes, 0.5);
Console.WriteLine($"memory: {read:f1} GB/s (p10 {Quantile(gigabytes, 0.1):f1}, p90 {Quantile(gigabytes, 0.9):f1}); 269 MB of weights take {269 / read:f2} ms at that speed");

int Argument(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

double Forward(int prefix, int count)
{
    batch.Clear();
    batch.BeginSlice(0, prefix);
    for (var i = 0; i < count; i++) batch.Add(i, i == 0 ? -1 : i - 1, output: true);
    var from = Stopwatch.GetTimestamp();
    executor.Forward(batch, logits);
    return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
}

static double Quantile(List<double> values, double q) => values.Order().ElementAt((int)(q * (values.Count - 1)));
