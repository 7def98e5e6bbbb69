namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>What conversations cost that are open on one node.</summary>
/// <param name="Open">How many are.</param>
/// <param name="Awake">How many of their grains are in memory.</param>
/// <param name="BytesEach">Managed memory of each, its grain's, its n-grams' and the runtime's share included; the store is a file.</param>
/// <param name="ProcessorMillisecondsPerTurn">Processor time of one more turn in one of them, everything but its passes.</param>
/// <param name="TurnsPerSecond">Such turns, several at once.</param>
internal sealed record OpenFigures(int Open, int Awake, long BytesEach, double ProcessorMillisecondsPerTurn, double TurnsPerSecond);
