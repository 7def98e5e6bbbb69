using Microsoft.Extensions.Diagnostics.HealthChecks;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend;

/// <summary>Ready means: the cluster answers, and it has a model.</summary>
internal sealed class ServerCheck(IGrainFactory grains, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var server = await grains.GetGrain<IServerGrain>(0).Describe().WaitAsync(Limit, time, cancellationToken);
        return HealthCheckResult.Healthy($"{server.Model} on {server.Device}");
    }
}
