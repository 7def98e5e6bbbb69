using Microsoft.Extensions.Logging;
using NGrammys.Drafting;
using NGrammys.Grains.Batching;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;

namespace NGrammys.Silo.Engines;

/// <summary>A model that is ready to serve: its engines, one per device, and its tokenizer.</summary>
public sealed partial class LoadedModel : IDisposable
{
    private readonly IReadOnlyList<InferenceEngine> _engines;

    private LoadedModel(IReadOnlyList<InferenceEngine> engines, LocalDevices devices, ITokenizer tokenizer) => (_engines, Devices, Tokenizer) = (engines, devices, tokenizer);

    /// <summary>The running engines.</summary>
    public LocalDevices Devices { get; }

    /// <summary>The first of them.</summary>
    public IInferenceEngine Engine => _engines[0];

    /// <summary>The model's tokenizer and chat template.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>What conversations with it draft from.</summary>
    public ModelDrafting Drafting => Devices.Drafting;

    /// <summary>One line for the person who loads it; null where there is nothing to say. It is logged, too.</summary>
    public string? Notice { get; private init; }

    /// <summary>Loads a model and starts an engine on each of its devices.</summary>
    /// <param name="options">The model and its devices.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    /// <param name="data">Data folder, which keeps what conversations teach about guesses; null to begin anew.</param>
    /// <param name="dress">Puts something between an engine and its device; null = nothing.</param>
    /// <exception cref="NGrammysException">The folder, a device or the data type will not do.</exception>
    public static LoadedModel Load(EngineOptions options, TimeProvider time, ILoggerFactory loggers, string? data = null,
        Func<IForwardExecutor, ITokenizer, IForwardExecutor>? dress = null)
    {
        using var folder = ModelFolder.Open(options.Model);
        var tokenizer = Inference.Tokenization.Tokenizer.Load(options.Model, time);
        var choices = DeviceChoice.All(options);
        var budgets = choices.Select(choice => KvBudget.For(folder, choice, choices.Count(other => other.Ordinal is null))).ToArray();
        // A conversation may be held on any of them.
        var context = budgets.Min(kv => kv.Context);
        var notice = context == folder.Decoder.ContextLength ? null
            : $"The context of {folder.Name} is cut from {folder.Decoder.ContextLength} to {context} tokens: that is what the memory for keys and values holds.";
        var logger = loggers.CreateLogger<LoadedModel>();
        if (notice is not null) LogNotice(logger, notice);
        var type = choices[0].Type;
        var fingerprint = folder.Fingerprint(type);
        var engines = new List<InferenceEngine>();
        LocalDevices? devices = null;
        try
        {
            foreach (var (choice, kv) in choices.Zip(budgets))
            {
                var device = Create(folder, options, choice, kv.Rows, choices.Count(other => other.Device == "cpu"));
                var ordinal = engines.Count;
                var executor = WatchedExecutor.Watch(dress is null ? device : dress(device, tokenizer), options.StepTime, time, told => Lose(devices!, ordinal, told, logger));
                engines.Add(new InferenceEngine(new ModelInfo
                {
                    Name = folder.Name,
                    Fingerprint = fingerprint,
                    ContextLength = context,
                    VocabularySize = folder.Decoder.VocabularySize,
                    StopTokens = folder.Defaults.StopTokens,
                    DataType = type.ToString().ToLowerInvariant(),
                    Device = executor.Device,
                    DefaultSampling = folder.Defaults.Sampling,
                }, executor, time, loggers.CreateLogger<InferenceEngine>(), tokenizer: tokenizer));
            }
        }
        catch
        {
            foreach (var engine in engines) engine.Dispose();
            throw;
        }

        var priors = data is null ? null : new PriorFolder(data, fingerprint, loggers.CreateLogger<PriorFolder>());
        devices = new LocalDevices(engines, new ModelDrafting(BigramFile.Find(folder, BigramFile.PrefixOf(tokenizer)), priors, options.SharedNGrams));
        return new LoadedModel(engines, devices, tokenizer) { Notice = notice };
    }

    /// <summary>Puts a model on one device, without an engine.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="options">Which device, which arithmetic.</param>
    /// <param name="kvRows">Rows of the KV cache.</param>
    /// <param name="type">The arithmetic that it came to.</param>
    /// <exception cref="NGrammysException">The device or the data type will not do.</exception>
    public static IForwardExecutor CreateExecutor(ModelFolder folder, EngineOptions options, int kvRows, out DataType type)
    {
        var choice = DeviceChoice.Of(options);
        type = choice.Type;
        return Create(folder, options, choice, kvRows, neighbours: 1);
    }

    /// <summary>Makes sure that the model can chat, and spares the first conversation the second that its template takes to load.</summary>
    /// <exception cref="NGrammysException">It has no chat template.</exception>
    public void PrepareChat() => Tokenizer.EncodeChat([new ChatMessage("user", "Hello")]);

    /// <summary>Stops the engines, frees the devices, and keeps what conversations have taught about guesses.</summary>
    public void Dispose()
    {
        for (var device = 0; device < _engines.Count; device++)
        {
            // One that hangs would be waited for until it stops hanging.
            if (!Devices.LossOf(device).IsCancellationRequested) _engines[device].Dispose();
        }

        Drafting.SavePriors();
    }

    // Those that share the processors divide them.
    private static IForwardExecutor Create(ModelFolder folder, EngineOptions options, DeviceChoice choice, int kvRows, int neighbours)
    {
        var threads = options.Threads == 0 && neighbours > 1 ? Math.Max(1, Environment.ProcessorCount / neighbours) : options.Threads;
        if (choice.Device == "cpu") return new CpuExecutor(folder.Decoder, folder.Weights, choice.Type, kvRows, threads);
        TorchLibrary.Load(options.LibTorchPath);
        return new TorchExecutor(folder.Decoder, folder.Weights, choice.Type, kvRows, choice.Device);
    }

    private static void Lose(LocalDevices devices, int device, string told, ILogger logger)
    {
        if (devices.TryLose(device)) LogLost(logger, told);
        else Environment.FailFast($"{told} The process ends, so that its conversations go on elsewhere.");
    }

    [LoggerMessage(1101, LogLevel.Warning, "{Notice}")]
    private static partial void LogNotice(ILogger logger, string notice);

    [LoggerMessage(1102, LogLevel.Critical, "{Told} Its conversations go on at the other devices of this node; drain the node and start it anew.")]
    private static partial void LogLost(ILogger logger, string told);
}
