using Microsoft.Extensions.Logging;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;

namespace NGrammys.Silo.Engines;

/// <summary>A model that is ready to serve: its engine and its tokenizer.</summary>
public sealed partial class LoadedModel : IDisposable
{
    private readonly InferenceEngine _engine;

    private LoadedModel(InferenceEngine engine, ITokenizer tokenizer, ModelDrafting drafting) => (_engine, Tokenizer, Drafting) = (engine, tokenizer, drafting);

    /// <summary>The running engine.</summary>
    public IInferenceEngine Engine => _engine;

    /// <summary>The model's tokenizer and chat template.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>What conversations with it draft from.</summary>
    public ModelDrafting Drafting { get; }

    /// <summary>One line for the person who loads it; null where there is nothing to say. It is logged, too.</summary>
    public string? Notice { get; private init; }

    /// <summary>Loads a model and starts its engine.</summary>
    /// <param name="options">The model and its device.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    /// <param name="data">Data folder, which keeps what conversations teach about guesses; null to begin anew.</param>
    /// <param name="dress">Puts something between the engine and its device; null = nothing.</param>
    /// <exception cref="NGrammysException">The folder, the device or the data type will not do.</exception>
    public static LoadedModel Load(EngineOptions options, TimeProvider time, ILoggerFactory loggers, string? data = null,
        Func<IForwardExecutor, ITokenizer, IForwardExecutor>? dress = null)
    {
        using var folder = ModelFolder.Open(options.Model);
        var tokenizer = Inference.Tokenization.Tokenizer.Load(options.Model, time);
        var kv = Budget(folder, DeviceChoice.Of(options));
        var notice = kv.Context == folder.Decoder.ContextLength ? null
            : $"The context of {folder.Name} is cut from {folder.Decoder.ContextLength} to {kv.Context} tokens: that is what the memory for keys and values holds.";
        if (notice is not null) LogNotice(loggers.CreateLogger<LoadedModel>(), notice);
        var device = CreateExecutor(folder, options, kv.Rows, out var type);
        var executor = WatchedExecutor.Watch(dress is null ? device : dress(device, tokenizer), options.StepTime, time);
        var model = new ModelInfo
        {
            Name = folder.Name,
            Fingerprint = folder.Fingerprint(type),
            ContextLength = kv.Context,
            VocabularySize = folder.Decoder.VocabularySize,
            StopTokens = folder.Defaults.StopTokens,
            DataType = type.ToString().ToLowerInvariant(),
            Device = executor.Device,
            DefaultSampling = folder.Defaults.Sampling,
        };
        var priors = data is null ? null : new PriorFolder(data, model.Fingerprint, loggers.CreateLogger<PriorFolder>());
        var drafting = new ModelDrafting(BigramFile.Find(folder, BigramFile.PrefixOf(tokenizer)), priors, options.SharedNGrams);
        return new LoadedModel(new InferenceEngine(model, executor, time, loggers.CreateLogger<InferenceEngine>(), tokenizer: tokenizer), tokenizer, drafting) { Notice = notice };
    }

    /// <summary>Puts a model on its device, without an engine.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="options">Which device, which arithmetic.</param>
    /// <param name="kvRows">Rows of the KV cache.</param>
    /// <param name="type">The arithmetic that it came to.</param>
    /// <exception cref="NGrammysException">The device or the data type will not do.</exception>
    public static IForwardExecutor CreateExecutor(ModelFolder folder, EngineOptions options, int kvRows, out DataType type)
    {
        (var device, type) = DeviceChoice.Of(options);
        if (device == "cpu") return new CpuExecutor(folder.Decoder, folder.Weights, type, kvRows, options.Threads);
        TorchLibrary.Load(options.LibTorchPath);
        return new TorchExecutor(folder.Decoder, folder.Weights, type, kvRows, device);
    }

    /// <summary>Makes sure that the model can chat, and spares the first conversation the second that its template takes to load.</summary>
    /// <exception cref="NGrammysException">It has no chat template.</exception>
    public void PrepareChat() => Tokenizer.EncodeChat([new ChatMessage("user", "Hello")]);

    /// <summary>Stops the engine, frees the device, and keeps what conversations have taught about guesses.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        Drafting.SavePriors();
    }

    // A GPU's memory is its own; what is left of it behind the weights is for conversations. Elsewhere it is shared with everything on the machine.
    private static KvBudget Budget(ModelFolder folder, DeviceChoice choice)
    {
        var (context, rowBytes) = (folder.Decoder.ContextLength, (long)folder.Decoder.KvElementsPerRow * choice.KvElementBytes);
        return choice.Ordinal is { } gpu && CudaMemory.Of(gpu) is { } memory
            ? KvBudget.OnDevice(context, rowBytes, memory.Free, choice.WeightBytes(folder.Weights), choice.Device)
            : KvBudget.Of(context, rowBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    [LoggerMessage(1101, LogLevel.Warning, "{Notice}")]
    private static partial void LogNotice(ILogger logger, string notice);
}
