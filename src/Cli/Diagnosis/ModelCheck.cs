using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Diagnosis;

/// <summary>The model: whether it can be served, and how much of it fits.</summary>
internal static class ModelCheck
{
    /// <summary>Looks at a Hugging Face folder without loading its weights.</summary>
    public static Finding Look(string path)
    {
        try
        {
            using var model = ModelFolder.Open(path);
            Tokenizer.Load(path, TimeProvider.System).EncodeChat([new ChatMessage(ChatMessage.User, "Hello")]);
            var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            var kv = KvBudget.Of(model.Decoder.ContextLength, model.Decoder.KvElementsPerRow * sizeof(float), memory);
            var weights = model.Weights.All().Sum(tensor => tensor.Length);
            return new Finding("model", $"{model.Name}: {weights >> 20:n0} MiB of weights; on the cpu {kv.Context:n0} tokens of context, {kv.Rows:n0} KV rows",
                weights > memory * 3 / 4 ? "Its weights take more than three quarters of this machine's memory; use int8, a smaller model, or a larger machine." : null);
        }
        catch (NGrammysException e)
        {
            return new Finding("model", e.Message, "ngrammys model inspect says more.");
        }
    }
}
