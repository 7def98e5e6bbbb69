using System.Globalization;
using System.Net;
using NGrammys.Silo;
using Orleans.Configuration;

namespace NGrammys.Failover.Silo;

/// <summary>A silo with the faults built in that cannot be put upon an ordinary one from outside. The environment says which.</summary>
internal static class RehearsalSilo
{
    /// <summary>Port on which the silo listens, where what it advertises is the address of a link in front of it.</summary>
    public const string SiloPort = "REHEARSAL_SILO_PORT";

    /// <summary>The same for web frontends.</summary>
    public const string GatewayPort = "REHEARSAL_GATEWAY_PORT";

    /// <summary>A text that kills the process whose engine reads it.</summary>
    public const string Poison = "REHEARSAL_POISON";

    /// <summary>Reads the environment.</summary>
    public static SiloRehearsal FromEnvironment() => new(
        Environment.GetEnvironmentVariable(Poison) is { } text ? (executor, tokenizer) => new PoisonedExecutor(executor, PoisonedExecutor.Ids(tokenizer, text)) : null,
        Environment.GetEnvironmentVariable(SiloPort) is null ? null : silo => silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.SiloListeningEndpoint = EndPointOf(SiloPort);
            endpoints.GatewayListeningEndpoint = EndPointOf(GatewayPort);
        }));

    private static IPEndPoint EndPointOf(string name) =>
        new(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable(name) ?? "0", CultureInfo.InvariantCulture));
}
