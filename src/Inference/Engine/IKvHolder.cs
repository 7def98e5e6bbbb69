namespace NGrammys.Inference.Engine;

/// <summary>A run of KV cache rows.</summary>
internal readonly record struct KvExtent(int First, int Length)
{
    /// <summary>Row behind the last.</summary>
    public int End => First + Length;
}

/// <summary>A text whose keys and values lie in rows of the KV cache: that of token i in row Extent.First + i. Touched only on the engine thread.</summary>
internal interface IKvHolder
{
    /// <summary>Its rows, which may be moved between two steps; null = none.</summary>
    KvExtent? Extent { get; set; }

    /// <summary>Leading tokens whose keys and values are kept.</summary>
    int Cached { get; }

    /// <summary>When it was last of use, by a count of such moments: who was not for long can go first. Null = it is in use and cannot go.</summary>
    long? LastUse { get; }

    /// <summary>The tokens.</summary>
    ReadOnlySpan<int> Tokens { get; }

    /// <summary>Hashes of the tokens.</summary>
    TokenBlocks Blocks { get; }
}
