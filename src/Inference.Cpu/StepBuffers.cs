using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu;

/// <summary>Activations of one step. Row strides are whole lanes, and what lies behind a row's last element stays zero.</summary>
internal sealed unsafe class StepBuffers : IDisposable
{
    private readonly List<AlignedMemory> _memory = [];

    /// <summary>Makes buffers for a number of nodes that see up to a number of positions.</summary>
    public StepBuffers(DecoderDescription decoder, int threads, int nodes, int positions)
    {
        (Nodes, Positions) = (nodes, positions);
        HiddenStride = OddLanes(decoder.HiddenSize);
        AttendedStride = OddLanes(decoder.Heads * decoder.HeadSize);
        IntermediateStride = OddLanes(decoder.Layers.Max(layer => layer.Experts is null ? layer.IntermediateSize : 0));
        ExpertStride = OddLanes(decoder.Layers.Max(layer => layer.Experts is null ? 0 : layer.IntermediateSize));
        RouterStride = decoder.Layers.Max(layer => layer.Experts?.Count ?? 0);
        ProjectedStride = WholeLanes((decoder.Heads + 2 * decoder.KvHeads) * decoder.HeadSize);
        ScoreStride = WholeLanes(positions) + 2 * KvSlab.BlockRows;
        var tileQueries = AttentionTile.LargestCount * (decoder.Heads / decoder.KvHeads);
        ScoresPerThread = tileQueries * ScoreStride;
        SumsPerThread = tileQueries * WholeLanes(decoder.HeadSize);

        Hidden = Allocate(nodes, HiddenStride);
        Normed = Allocate(nodes, HiddenStride);
        Projected = Allocate(nodes, ProjectedStride);
        Queries = Allocate(nodes, AttendedStride);
        Attended = Allocate(nodes, AttendedStride);
        Gate = Allocate(nodes, IntermediateStride);
        Up = Allocate(nodes, IntermediateStride);
        var slots = nodes * decoder.Layers.Max(layer => layer.Experts?.PerToken ?? 0);
        Router = Allocate(nodes, RouterStride);
        ExpertRows = Allocate(slots, HiddenStride);
        ExpertGate = Allocate(slots, ExpertStride);
        ExpertUp = Allocate(slots, ExpertStride);
        HeadRows = Allocate(threads, ProjectedStride);
        Scores = Allocate(threads, ScoresPerThread);
        Sums = Allocate(threads, SumsPerThread);
    }

    public int Nodes { get; }

    public int Positions { get; }

    public int HiddenStride { get; }

    public int AttendedStride { get; }

    public int IntermediateStride { get; }

    public int ExpertStride { get; }

    public int RouterStride { get; }

    public int ProjectedStride { get; }

    public int ScoreStride { get; }

    public int ScoresPerThread { get; }

    public int SumsPerThread { get; }

    /// <summary>[T, D] the residual stream.</summary>
    public float* Hidden { get; }

    /// <summary>[T, D]</summary>
    public float* Normed { get; }

    /// <summary>[T, (H + 2 G) * E] queries, keys, values before rotation.</summary>
    public float* Projected { get; }

    /// <summary>[G, T, H / G, E] rotated and scaled: all queries of a key-value head together.</summary>
    public float* Queries { get; }

    /// <summary>[T, H * E]</summary>
    public float* Attended { get; }

    /// <summary>[T, F]</summary>
    public float* Gate { get; }

    /// <summary>[T, F]</summary>
    public float* Up { get; }

    /// <summary>[T, X] logits of the experts.</summary>
    public float* Router { get; }

    /// <summary>[slots, D] inputs of the experts, then their outputs.</summary>
    public float* ExpertRows { get; }

    /// <summary>[slots, F]</summary>
    public float* ExpertGate { get; }

    /// <summary>[slots, F]</summary>
    public float* ExpertUp { get; }

    /// <summary>[threads, (H + 2 G) * E] one head, or all, while being normed.</summary>
    public float* HeadRows { get; }

    /// <summary>[threads, queries of a tile, positions]; one key block of room before and behind each row.</summary>
    public float* Scores { get; }

    /// <summary>[threads, queries of a tile, E]</summary>
    public float* Sums { get; }

    public void Dispose()
    {
        foreach (var memory in _memory) memory.Dispose();
    }

    private static int WholeLanes(int elements) => (elements + 15) / 16 * 16;

    // A product reads eight rows side by side: at a stride that is a power of two they would drive each other out of the first-level cache.
    private static int OddLanes(int elements) => elements == 0 ? 0 : (WholeLanes(elements) / 16 | 1) * 16;

    private float* Allocate(int rows, int stride)
    {
        _memory.Add(new AlignedMemory((long)rows * stride * sizeof(float)));
        return _memory[^1].Floats;
    }
}
