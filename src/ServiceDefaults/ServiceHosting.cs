using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.ServiceDefaults.Metrics;
using NGrammys.ServiceDefaults.Tracing;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace NGrammys.ServiceDefaults;

/// <summary>What every host of the platform has: telemetry, logging and health endpoints.</summary>
public static class ServiceHosting
{
    /// <summary>Tag of the health checks that decide whether a host is ready for work; all others are for operators only.</summary>
    public const string Ready = "ready";

    /// <summary>Adds OpenTelemetry (sent to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, and traces made, only where that is set), one-line console logging, health checks and systemd's notices.</summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // It logs addresses of requests, and those may carry keys.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Pages of options at every start, and each call that is tried once.
        builder.Logging.AddFilter("Orleans.Runtime.SiloOptionsLogger", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning);
        builder.Services.AddHealthChecks();
        // Under systemd a unit is up when the host says so; elsewhere it does nothing.
        builder.Services.AddSystemd();
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter("NGrammys", "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections"));
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return builder;
        // Only where somebody receives them: spans that nobody sees would be made all the same.
        telemetry.WithTracing(tracing => tracing
            .AddSource("NGrammys", "Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR.Server")
            .ConfigureSampler((_, chosen) => new LinkSampler(chosen)));
        telemetry.UseOtlpExporter();
        return builder;
    }

    /// <summary>
    /// Maps <c>/healthz/live</c> (the process answers), <c>/healthz/ready</c> (all checks tagged <see cref="Ready"/> pass) and <c>/healthz/startup</c> (they have
    /// passed once); the first two also as <c>/health/live</c> and <c>/health/ready</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapHealthEndpoints(this IEndpointRouteBuilder endpoints)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["/healthz", "/health"])
        {
            endpoints.MapHealthChecks($"{prefix}/live", new HealthCheckOptions { Predicate = _ => false });
            endpoints.MapHealthChecks($"{prefix}/ready", new HealthCheckOptions
            {
                Predicate = check => check.Tags.Contains(Ready),
                ResponseWriter = (context, report) => context.Response.WriteAsync(Tell(report)),
            });
        }

        var started = false;
        endpoints.MapHealthChecks("/healthz/startup", new HealthCheckOptions
        {
            Predicate = check => !started && check.Tags.Contains(Ready),
            ResponseWriter = (context, report) =>
            {
                started |= report.Status == HealthStatus.Healthy;
                return context.Response.WriteAsync(report.Status.ToString());
            },
        });
        return endpoints;
    }

    // Which check fails, and no more: anybody may ask.
    private static string Tell(HealthReport report) => report.Status == HealthStatus.Healthy ? "Healthy"
        : $"{report.Status}: {string.Join(", ", report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => entry.Key))}";

    /// <summary>Sums up metrics for <see cref="MapPrometheus"/> from now on.</summary>
    public static IServiceCollection AddPrometheus(this IServiceCollection services) => services.AddSingleton<PrometheusText>().AddHostedService<PrometheusStart>();

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static IEndpointConventionBuilder MapPrometheus(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/metrics", (PrometheusText metrics) => Results.Text(metrics.Write(), PrometheusText.ContentType));

    // What nobody has asked for yet would not listen.
    private sealed class PrometheusStart(PrometheusText metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            GC.KeepAlive(metrics);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
