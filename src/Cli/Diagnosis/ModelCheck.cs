using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Diagnosis;

/// <summary>The model: whether it can be served, and how much of it fits.</summary>
internal static class ModelCheck
{
    /// <summary>Looks at a Hugging Face folder without loading its weights.</summary>
    public static Finding Look(EngineOptions options)
    {
        try
        {
            using var model = ModelFolder.Open(options.Model);
            Tokenizer.Load(options.Model, TimeProvider.System).EncodeChat([new ChatMessage(ChatMessage.User, "Hello")]);
            // Each engine on the processors has weights of its own.
            var engines = Math.Max(1, options.Device.Split(',', StringSplitOptions.TrimEntries).Count(device => device is "cpu" or "torch-cpu"));
            var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            var kv = KvBudget.Of(model.Decoder.ContextLength, model.Decoder.KvElementsPerRow * sizeof(float), memory / engines);
            var weights = model.Weights.All().Sum(tensor => tensor.Length);
            return new Finding("model", $"{model.Name}: {weights >> 20:n0} MiB of weights{(engines > 1 ? $", {engines} times" : "")}; on the cpu {kv.Context:n0} tokens of context, {kv.Rows:n0} KV rows{(engines > 1 ? " a device" : "")}",
                weights * engines > memory * 3 / 4 ? "Its weights take more than three quarters of this machine's memory; use int8, a smaller model, or a larger machine." : null);
        }
        catch (NGrammysException e)
        {
            return new Finding("model", e.Message, "ngrammys model inspect says more.");
        }
    }
}
