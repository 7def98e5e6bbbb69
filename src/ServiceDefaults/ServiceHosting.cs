using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace NGrammys.ServiceDefaults;

/// <summary>What every host of the platform has: telemetry, logging and health endpoints.</summary>
public static class ServiceHosting
{
    /// <summary>Tag of the health checks that decide whether a host is ready for work; all others are for operators only.</summary>
    public const string Ready = "ready";

    /// <summary>Adds OpenTelemetry (sent to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, where that is set), one-line console logging and health checks.</summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // It logs addresses of requests, and those may carry keys.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddHealthChecks();
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter("NGrammys", "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections"))
            .WithTracing(tracing => tracing
                .AddSource("NGrammys", "Microsoft.Orleans.Application", "Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR.Server"));
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
        return builder;
    }

    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (all checks tagged <see cref="Ready"/> pass).</summary>
    public static IEndpointRouteBuilder MapHealthEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
        return endpoints;
    }
}
