using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace NGrammys.ServiceDefaults.Clustering;

/// <summary>Makes silos and web frontends members of one cluster.</summary>
public static class ClusterHosting
{
    private const string Driver = "Npgsql";

    // A name of ours, not an address: it stays when clusters come and go.
    private const string Service = "ngrammys";

    /// <summary>Joins as a silo. The tables of the members must be there.</summary>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, ClusterSettings settings)
    {
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Driver, settings.Database));
        silo.Configure<Orleans.Configuration.ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Name, Service));
        silo.Configure<EndpointOptions>(options =>
        {
            options.SiloPort = Port(settings.SiloPort);
            options.GatewayPort = Port(settings.GatewayPort);
            if (settings.Address is { } address) options.AdvertisedIPAddress = address;
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            // A dead node is noticed within about 1.5 s; its conversations go on elsewhere.
            membership.ProbeTimeout = settings.ProbeTimeout;
            membership.NumMissedProbesLimit = 3;
        });
        return silo;
    }

    /// <summary>Joins as a client, and waits until there is a silo.</summary>
    public static IClientBuilder UseCluster(this IClientBuilder client, ClusterSettings settings)
    {
        client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Driver, settings.Database));
        client.Configure<Orleans.Configuration.ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Name, Service));
        client.UseConnectionRetryFilter(async (_, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            return true;
        });
        return client.UseBriefPatience();
    }

    /// <summary>Lets a client notice lost silos soon: what it calls is safe to repeat.</summary>
    public static IClientBuilder UseBriefPatience(this IClientBuilder client)
    {
        // A silo that was declared dead must not be asked to forward any more.
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
        // No method answers later than that but a stream, and a stream sends keep-alives.
        client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(5));
        return client;
    }

    // Several silos share a machine, one for each of its GPUs.
    private static int Port(int wanted) => wanted != 0 ? wanted : FreePort.Take(IPAddress.Any);
}
