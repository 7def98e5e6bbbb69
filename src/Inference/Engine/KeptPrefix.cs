namespace NGrammys.Inference.Engine;

/// <summary>What a sequence has left: keys and values of its tokens, in the cache or outside of it. Touched only on the engine thread.</summary>
internal sealed class KeptPrefix(int[] tokens, TokenBlocks blocks) : IKvHolder
{
    /// <summary>Rows of a piece.</summary>
    public const int PieceRows = 64;

    /// <summary>Whose it was; empty = nobody's.</summary>
    public Guid Conversation { get; init; }

    public KvExtent? Extent { get; set; }

    public int Cached => tokens.Length;

    public long? LastUse { get; set; }

    public ReadOnlySpan<int> Tokens => tokens;

    public TokenBlocks Blocks => blocks;

    /// <summary>Its rows outside of the cache, in pieces of <see cref="PieceRows"/>; the last may be shorter. Empty while they lie in the cache.</summary>
    public byte[][] Pieces { get; set; } = [];
}
