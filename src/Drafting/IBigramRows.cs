namespace NGrammys.Drafting;

/// <summary>Continuations that a model gives to each token of its vocabulary without any context, rolled out to several tokens.</summary>
public interface IBigramRows
{
    /// <summary>Copies continuations of a token, the likeliest first.</summary>
    /// <param name="token">The token.</param>
    /// <param name="width">Tokens per continuation, W.</param>
    /// <param name="rows">[R, W] receives the continuations.</param>
    /// <returns>Number of continuations, at most R.</returns>
    int Copy(int token, int width, Span<int> rows);
}
