using System.CommandLine;
using System.Runtime.InteropServices;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model logits</c>: teacher-forced logits, for comparison with other engines.</summary>
internal static class LogitsCommand
{
    private const int Chunk = 256;

    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "Hugging Face folder", HelpName = "DIR" };
        var ids = new Option<string>("--ids") { Description = "token ids, separated by commas", Required = true, HelpName = "1,2,3" };
        var output = new Option<string>("--out") { Description = "safetensors file to write: tensor logits, [ids, vocabulary], float32", Required = true, HelpName = "FILE" };
        var command = new Command("logits", "Write the logits behind every token of a sequence.") { folder, ids, output };
        command.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            Write(arguments.GetValue(folder)!, TokenIds.Parse("--ids", arguments.GetValue(ids)!), arguments.GetValue(output)!);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void Write(string folder, int[] ids, string output)
    {
        var path = Path.Combine(folder, "config.json");
        if (ModelConfiguration.Read(path).ContextLength is var context && ids.Length > context)
            throw new NGrammysException($"{ids.Length} ids are more than the model's context of {context}; give fewer.");
        // The reference's rotary scaling by length follows the length of the pass: here, all ids.
        using var model = ModelFolder.Open(folder, ids.Length);
        var vocabulary = model.Decoder.VocabularySize;
        foreach (var id in ids)
        {
            if (id < 0 || id >= vocabulary) throw new NGrammysException($"Token {id} lies outside the vocabulary of {vocabulary}.");
        }

        using var executor = new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, ids.Length);
        SafetensorsWriter.WriteFrom(output, [new SafetensorsWriter.Source("logits", DataType.Float32, [ids.Length, vocabulary], stream =>
        {
            var (batch, logits) = (new ForwardBatch(), new float[Math.Min(Chunk, ids.Length) * vocabulary]);
            for (var start = 0; start < ids.Length; start += Chunk)
            {
                var count = Math.Min(Chunk, ids.Length - start);
                batch.Clear();
                batch.BeginSlice(0, start, ids.Length);
                for (var i = 0; i < count; i++) batch.Add(ids[start + i], i - 1, output: true);
                executor.Forward(batch, logits);
                stream.Write(MemoryMarshal.AsBytes(logits.AsSpan(0, count * vocabulary)));
            }
        })]);
        Console.WriteLine($"Wrote [{ids.Length}, {vocabulary}] logits to {Path.GetFullPath(output)}.");
    }
}
