using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;

namespace NGrammys.Silo.Engines;

/// <summary>How much of the machine's memory keys and values may take, and how long a conversation that allows.</summary>
/// <param name="Rows">Rows of the cache, one a token.</param>
/// <param name="Context">Tokens of prompt and reply together; the model's own context where there is room for it.</param>
public readonly record struct KvBudget(int Rows, int Context)
{
    // A quarter of the memory for keys and values leaves room for weights, for everything else, and for the neighbours on the machine.
    private const int ShareOfMemory = 4;
    private const int MostFullContexts = 32;

    // The rest is for activations, logits and the library's own.
    private const double ShareOfDevice = 0.9;

    // Beside a full context.
    private const int RowsForDrafts = 256;

    // A model that can remember no more serves nobody.
    private const int ShortestContext = 512;

    /// <summary>Divides what a model finds. A GPU's memory is its own; elsewhere it is shared with everything on the machine.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="choice">What it is computed on.</param>
    /// <param name="sharing">Devices of this process that share the machine's memory.</param>
    /// <exception cref="NGrammysException">Not even a short conversation would fit.</exception>
    internal static KvBudget For(ModelFolder folder, DeviceChoice choice, int sharing)
    {
        var (context, rowBytes) = (folder.Decoder.ContextLength, (long)folder.Decoder.KvElementsPerRow * choice.KvElementBytes);
        return choice.Ordinal is { } gpu && CudaMemory.Of(gpu) is { } memory
            ? OnDevice(context, rowBytes, memory.Free, choice.WeightBytes(folder.Weights), choice.Device)
            : Of(context, rowBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Math.Max(1, sharing));
    }

    /// <summary>Divides the memory.</summary>
    /// <param name="context">Tokens of the model's context.</param>
    /// <param name="rowBytes">Bytes of keys and values of one token.</param>
    /// <param name="memory">Bytes of the machine.</param>
    /// <exception cref="NGrammysException">Not even a short conversation would fit.</exception>
    public static KvBudget Of(int context, long rowBytes, long memory)
    {
        var affordable = memory / ShareOfMemory / rowBytes;
        var longest = Math.Min(context, affordable - RowsForDrafts);
        if (longest < Math.Min(context, ShortestContext))
        {
            throw new NGrammysException($"A conversation of {ShortestContext} tokens needs {(ShortestContext + RowsForDrafts) * rowBytes >> 20} MiB for keys and values, "
                + "more than a quarter of this machine's memory; use a smaller model or a larger machine.");
        }

        return new KvBudget((int)Math.Min(affordable, MostFullContexts * (longest + RowsForDrafts)), (int)longest);
    }

    /// <summary>Divides what a device of its own has left behind the weights.</summary>
    /// <param name="context">Tokens of the model's context.</param>
    /// <param name="rowBytes">Bytes of keys and values of one token.</param>
    /// <param name="free">Bytes that the device has free before the weights are loaded.</param>
    /// <param name="weights">Bytes of the weights.</param>
    /// <param name="device">Its name, for the message.</param>
    /// <exception cref="NGrammysException">The weights do not fit, or not with a short conversation beside them.</exception>
    public static KvBudget OnDevice(int context, long rowBytes, long free, long weights, string device)
    {
        var affordable = ((long)(free * ShareOfDevice) - weights) / rowBytes;
        var longest = Math.Min(context, affordable - RowsForDrafts);
        if (longest < Math.Min(context, ShortestContext))
        {
            throw new NGrammysException($"The model takes {weights >> 20} MiB of weights and {(ShortestContext + RowsForDrafts) * rowBytes >> 20} MiB for a conversation of "
                + $"{ShortestContext} tokens, and {device} has {free >> 20} MiB free, a tenth of which is for its passes; use bfloat16, a smaller model or a larger device.");
        }

        return new KvBudget((int)Math.Min(affordable, MostFullContexts * (longest + RowsForDrafts)), (int)longest);
    }
}
