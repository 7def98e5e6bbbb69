namespace NGrammys.Silo.Engines;

/// <summary>Which model a node serves, and on what. Section <c>Engine</c> of the configuration.</summary>
public sealed record EngineOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Engine";

    /// <summary>Hugging Face folder of the model.</summary>
    public required string Model { get; init; }

    /// <summary><c>auto</c> (default: the first CUDA device, else cpu), <c>cpu</c> (managed kernels), <c>torch-cpu</c> or <c>cuda:N</c>; several with commas, such as
    /// <c>cuda:0,cuda:1</c>, for a silo that drives all of them. Better is a silo for each: what takes a process down then takes one device.</summary>
    public string Device { get; init; } = "auto";

    /// <summary><c>auto</c> (default: float32 on CPUs, where it is exact and costs nothing; bfloat16 on CUDA), <c>float32</c>, <c>bfloat16</c>, or
    /// <c>int8</c> (cpu alone: half the memory of bfloat16, weights rounded when they are loaded).</summary>
    public string DataType { get; init; } = "auto";

    /// <summary>Threads that compute on the device <c>cpu</c>; 0 (default) = one per processor, divided where it is named several times. Fewer leave room for other silos on the machine.</summary>
    public int Threads { get; init; }

    /// <summary>What a step takes at least. For rehearsals of failures: it lets replies be long on small models. Default: no time at all.</summary>
    public TimeSpan StepTime { get; init; }

    /// <summary>Tenants that have opted in to n-grams of earlier replies: each one's conversations draft from its own replies, never from another tenant's. Default: none.</summary>
    public string[] SharedNGrams { get; init; } = [];

    /// <summary>Folder of an existing libtorch or PyTorch installation; null = the libtorch that came with the build.</summary>
    public string? LibTorchPath { get; init; }
}
