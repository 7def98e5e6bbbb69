using NGrammys.Cli.Assessment;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>What simulated silos serve.</summary>
/// <param name="Model">The model that their devices are said to compute.</param>
/// <param name="Tokenizer">The model's own.</param>
/// <param name="Costs">What its passes take.</param>
/// <param name="ReplyTokens">Length of every reply.</param>
internal sealed record ScaleWorld(ModelInfo Model, ITokenizer Tokenizer, DeviceCosts Costs, int ReplyTokens);
