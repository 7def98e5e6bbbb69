namespace NGrammys.Cli.Benchmarks;

/// <summary>What was measured of a workload.</summary>
/// <param name="Category">Kind of work.</param>
/// <param name="Concurrency">Replies made at once.</param>
/// <param name="Replies">Replies made.</param>
/// <param name="Tokens">Tokens of all replies, made once plain and once speculated.</param>
/// <param name="PlainTokensPerSecond">All tokens by all seconds, prompts included.</param>
/// <param name="AutoTokensPerSecond">The same, speculated.</param>
/// <param name="Ratio">Median of the rounds' ratios of tokens per second, speculated to plain.</param>
/// <param name="RatioP10">A tenth of the rounds are below.</param>
/// <param name="RatioP90">A tenth of the rounds are above.</param>
/// <param name="ProcessorRatio">Plain processor time by speculated: what a machine leaves that others use, too.</param>
/// <param name="TokensPerCall">Tokens of a sequence in a step.</param>
/// <param name="DraftedPerCall">Draft nodes of a sequence in a step.</param>
/// <param name="Predicted">The ratio that a cost profile gives; null without one.</param>
/// <param name="Differing">Replies whose tokens differ; 0 in float32.</param>
internal sealed record WorkloadFigures(
    string Category, int Concurrency, int Replies, int Tokens, double PlainTokensPerSecond, double AutoTokensPerSecond, double Ratio, double RatioP10, double RatioP90,
    double ProcessorRatio, double TokensPerCall, double DraftedPerCall, double? Predicted, int Differing);
