namespace NGrammys.Inference.Abstractions;

/// <summary>How probable a token was for the model itself: natural logarithms of the softmax of its logits, before bias, penalties, temperature and constraints.</summary>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">Its own.</param>
/// <param name="Top">The most probable tokens at its place, best first; as many as were asked for.</param>
public sealed record TokenLogProbability(int Token, double LogProbability, (int Token, double LogProbability)[] Top);
