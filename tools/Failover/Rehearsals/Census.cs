using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using NGrammys.Failover.Hosts;
using NGrammys.ServiceDefaults.Clustering;
using Npgsql;

namespace NGrammys.Failover.Rehearsals;

/// <summary>Counts which conversations are awake on which silo, and since which claim: a member of the cluster that only asks.</summary>
internal sealed class Census : IAsyncDisposable
{
    private readonly IHost _client;
    private readonly NpgsqlDataSource _database;

    private Census(IHost client, string database) => (_client, _database) = (client, NpgsqlDataSource.Create(database));

    public static async Task<Census> BeginAsync(Database database)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Cluster:Database", database.Connection)]).Build();
        var settings = ClusterSettings.Read(configuration)!;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client.UseCluster(settings));
        var host = builder.Build();
        await host.StartAsync().For("a client of the cluster");
        return new Census(host, settings.Database);
    }

    /// <summary>Takes the census.</summary>
    public async Task<Population> TakeAsync()
    {
        var management = ((IGrainFactory)_client.Services.GetService(typeof(IGrainFactory))!).GetGrain<IManagementGrain>(0);
        var silos = await management.GetHosts(onlyActive: true).For("the list of silos");
        var awake = await management.GetDetailedGrainStatistics().For("the silos to tell who is awake");
        var epochs = new Dictionary<Guid, long>();
        await using var command = _database.CreateCommand("SELECT id, epoch FROM conversation");
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) epochs[rows.GetGuid(0)] = rows.GetInt64(1);
        return new Population([.. silos.Keys], awake.Where(grain => grain.GrainType.Contains("ConversationGrain", StringComparison.Ordinal))
            .Select(grain => (Id: Guid.Parse(grain.GrainId.Key.ToString()!.Split('/')[^1], CultureInfo.InvariantCulture), grain.SiloAddress))
            .Where(grain => epochs.ContainsKey(grain.Id))
            .DistinctBy(grain => grain.Id)
            .ToDictionary(grain => grain.Id, grain => (grain.SiloAddress, epochs[grain.Id])));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync();
        _client.Dispose();
        await _database.DisposeAsync();
    }

    /// <summary>Who is awake.</summary>
    /// <param name="Silos">The silos that are there.</param>
    /// <param name="Awake">By conversation: where it is awake, and since which claim.</param>
    internal sealed record Population(HashSet<SiloAddress> Silos, Dictionary<Guid, (SiloAddress Silo, long Epoch)> Awake)
    {
        /// <summary>How many of the conversations on silos that are still there later are awake there still, without having been woken anew.</summary>
        public Dictionary<string, double> Keeps(Population later)
        {
            var stayed = Awake.Where(grain => later.Silos.Contains(grain.Value.Silo)).ToList();
            var kept = stayed.Count(grain => later.Awake.TryGetValue(grain.Key, out var now) && now == grain.Value);
            return new Dictionary<string, double>
            {
                ["activations_before"] = Awake.Count,
                ["on_surviving_silos"] = stayed.Count,
                ["kept"] = kept,
                ["kept_share"] = stayed.Count == 0 ? 0 : Math.Round((double)kept / stayed.Count, 4),
            };
        }
    }
}
