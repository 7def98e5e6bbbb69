namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>What a cluster did under a steady load.</summary>
/// <param name="Silos">Silos, each with one device.</param>
/// <param name="AtOnce">Replies that were read at once, over all silos.</param>
/// <param name="Free">Whether passes took no time: what grains and engines do without devices.</param>
/// <param name="TokensPerSecond">Tokens that reached their readers.</param>
/// <param name="RepliesPerSecond">Replies that ended; each is a conversation of its own.</param>
/// <param name="DevicesBusy">Share of the time in which devices computed, in [0, 1].</param>
/// <param name="ProcessorsBusy">Share of the machine's processors that this process used, in [0, 1].</param>
/// <param name="ProcessorMicrosecondsPerToken">Processor time of a token, everything but its pass: grains, engine, messages, store, and whoever reads.</param>
internal sealed record LoadFigures(
    int Silos, int AtOnce, bool Free, double TokensPerSecond, double RepliesPerSecond, double DevicesBusy, double ProcessorsBusy, double ProcessorMicrosecondsPerToken)
{
    /// <summary>Tokens per second that the devices could make with passes as full as these; null where passes take no time.</summary>
    public double? DevicesCould => DevicesBusy > 0 ? TokensPerSecond / DevicesBusy : null;

    /// <summary>Tokens per second that this machine's processors could carry at this cost. A busy machine lowers what was carried, this hardly.</summary>
    public double ProcessorsCould => ProcessorMicrosecondsPerToken > 0 ? 1e6 * Environment.ProcessorCount / ProcessorMicrosecondsPerToken : 0;

    /// <summary>What is the limit: <c>engines</c>, or <c>grains</c>.</summary>
    public string Limit => DevicesCould < ProcessorsCould ? "engines" : "grains";
}
