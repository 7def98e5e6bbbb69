using NGrammys.Cli.Configuration;

namespace NGrammys.Deploy.Tests;

/// <summary>What deployment files may name because the programs know it.</summary>
internal static class KnownNames
{
    /// <summary>Environment variables that .NET, the container toolkit or our own scripts read.</summary>
    private static readonly string[] Foreign =
        ["ASPNETCORE_URLS", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "DOTNET_gcServer", "NVIDIA_DRIVER_CAPABILITIES", "PATH", "NGRAMMYS_SERVE", "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"];

    /// <summary>Paths of the health endpoints, see <c>ServiceHosting</c>.</summary>
    public static readonly string[] HealthPaths = ["/healthz/startup", "/healthz/ready", "/healthz/live"];

    /// <summary>Programs of a release, see <c>deploy/release.sh</c>.</summary>
    public static readonly string[] Programs = ["ngrammys", "ngrammys-silo", "ngrammys-web"];

    /// <summary>Fails for a variable that nobody would read.</summary>
    public static void AssertVariable(string name) =>
        Assert.True(Foreign.Contains(name) || KnownSettings.All.Any(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal) == name), $"nobody reads {name}");
}
