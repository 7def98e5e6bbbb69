namespace NGrammys.DemoModel.Training;

/// <summary>Sizes of the model, a Llama with tied embeddings and as many key-value heads as query heads.</summary>
internal sealed record DecoderShape(int VocabularySize)
{
    /// <summary>Tokens of context that the model is trained for.</summary>
    public const int Context = 1024;

    /// <summary>Base of the rotary embedding.</summary>
    public const double RotaryBase = 10000;

    /// <summary>Added to the mean square in every norm.</summary>
    public const double NormEpsilon = 1e-5;

    /// <summary>Number of layers.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Width of the residual stream.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward layers.</summary>
    public int FeedForward { get; init; } = 768;

    /// <summary>Width of a head.</summary>
    public int HeadWidth => Width / Heads;
}
