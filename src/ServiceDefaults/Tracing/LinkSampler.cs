using System.Diagnostics;
using OpenTelemetry.Trace;

namespace NGrammys.ServiceDefaults.Tracing;

/// <summary>Keeps a span that belongs to no request but links to some, as the step of an engine does, where one of those is kept; all others by another sampler.</summary>
/// <remarks>By itself a share of such spans would be drawn anew, and of a turn in a hundred one step in a hundred would be left.</remarks>
/// <param name="others">Samples everything else: what <c>OTEL_TRACES_SAMPLER</c> chose.</param>
internal sealed class LinkSampler(Sampler others) : Sampler
{
    /// <inheritdoc />
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        if (samplingParameters.ParentContext != default || samplingParameters.Links is not { } links || !links.Any()) return others.ShouldSample(samplingParameters);
        var kept = links.Any(link => link.Context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded));
        return new SamplingResult(kept ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }
}
