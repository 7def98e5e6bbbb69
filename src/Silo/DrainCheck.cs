using Microsoft.Extensions.Diagnostics.HealthChecks;
using NGrammys.Grains.Conversations;

namespace NGrammys.Silo;

/// <summary>A silo that hands its conversations over is alive, and not ready for new ones.</summary>
internal sealed class DrainCheck(RunningTurns turns) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(turns.Leaving ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
}
