using System.Net;
using NGrammys.Failover.Hosts;
using NGrammys.Failover.Readers;

namespace NGrammys.Failover.Faults;

/// <summary>Things that happen to a cluster while people read. Each is over when everybody hears more and every process is up again.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="audience">Who reads; it has begun.</param>
public sealed class Disasters(LocalCluster cluster, Audience audience)
{
    // A silo that was declared dead while it was frozen or cut off notices it within moments; one that was not goes on as if nothing had been.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(10);

    /// <summary>A silo is killed.</summary>
    public Task<Trial> KillSiloAsync(int silo) =>
        TryAsync($"kill -9 of silo {silo}", () => Silo(silo).EndAsync("KILL"), Moved);

    /// <summary>A silo is stopped in good order.</summary>
    public Task<Trial> StopSiloAsync(int silo) =>
        TryAsync($"SIGTERM of silo {silo}", () => Silo(silo).EndAsync("TERM"), Moved);

    /// <summary>A web frontend is killed.</summary>
    public Task<Trial> KillFrontendAsync(int frontend) => EndFrontendAsync(frontend, "KILL", $"kill -9 of frontend {frontend}");

    /// <summary>A web frontend is stopped in good order.</summary>
    public Task<Trial> StopFrontendAsync(int frontend) => EndFrontendAsync(frontend, "TERM", $"SIGTERM of frontend {frontend}");

    /// <summary>A silo is stopped in good order and comes back as that of another release.</summary>
    /// <param name="silo">Which.</param>
    /// <param name="release">The release.</param>
    public Task<Trial> ReplaceSiloAsync(int silo, Release release)
    {
        ArgumentNullException.ThrowIfNull(release);
        return TryAsync($"silo {silo} becomes {release}", () => ReplaceAsync(Silo(silo), release), Moved);
    }

    /// <summary>A web frontend is stopped in good order and comes back as that of another release.</summary>
    /// <param name="frontend">Which.</param>
    /// <param name="release">The release.</param>
    public Task<Trial> ReplaceFrontendAsync(int frontend, Release release)
    {
        ArgumentNullException.ThrowIfNull(release);
        var served = ServedBy(cluster.Addresses[frontend]);
        return TryAsync($"frontend {frontend} becomes {release}", () => ReplaceAsync(cluster.Frontends[frontend], release), (talker, _) => served.Contains(talker));
    }

    /// <summary>A silo stands still for a while.</summary>
    public async Task<Trial> FreezeSiloAsync(int silo, TimeSpan length)
    {
        var process = await Silo(silo).UpAsync();
        return await TryAsync($"kill -STOP of silo {silo} for {length.TotalSeconds:0} s", async () =>
        {
            process.Signal("STOP");
            await PassAsync(length);
            process.Signal("CONT");
            await NoticeAsync(process);
        }, Moved);
    }

    /// <summary>A silo is cut off from the other silos, the web frontends and the database: what is sent either way is swallowed, and nothing is closed.</summary>
    public async Task<Trial> CutOffSiloAsync(int silo, TimeSpan length)
    {
        var process = await Silo(silo).UpAsync();
        var cut = cluster.Silos[silo];
        return await TryAsync($"silo {silo} cut off for {length.TotalSeconds:0} s", async () =>
        {
            cut.Silo.Swallow(_ => true);
            cut.Gateway.Swallow(_ => true);
            cut.Store.Swallow(_ => true);
            // What it says to the others passes through the links in front of them.
            foreach (var other in cluster.Silos.Where(other => other != cut)) other.Silo.Swallow(passage => Network.Sockets.PortsOf(process.Id).Contains(PortOf(passage.Client)));
            await PassAsync(length);
            Heal();
            await NoticeAsync(process);
        }, Moved);
    }

    /// <summary>What a silo and the database send each other is swallowed.</summary>
    public Task<Trial> CutOffStoreAsync(int silo, TimeSpan length) => TryAsync($"silo {silo} cut off from the database for {length.TotalSeconds:0} s", async () =>
    {
        cluster.Silos[silo].Store.Swallow(_ => true);
        await PassAsync(length);
        Heal();
    }, Stalled);

    /// <summary>What a web frontend and its clients send each other is swallowed.</summary>
    public Task<Trial> CutOffFrontendAsync(int frontend, TimeSpan length)
    {
        var address = cluster.Addresses[frontend];
        var served = ServedBy(address);
        return TryAsync($"frontend {frontend} cut off from its clients for {length.TotalSeconds:0} s", async () =>
        {
            foreach (var talker in audience.Talkers) talker.Link.Swallow(passage => passage.Server.Equals(address));
            await PassAsync(length);
            foreach (var talker in audience.Talkers) talker.Link.Heal();
        }, (talker, _) => served.Contains(talker));
    }

    /// <summary>The database stops and starts again.</summary>
    /// <param name="length">How long it is away.</param>
    /// <param name="silo">A silo that is killed meanwhile; null = none.</param>
    public Task<Trial> StopDatabaseAsync(TimeSpan length, int? silo = null) =>
        TryAsync($"database away for {length.TotalSeconds:0} s{(silo is { } killed ? $", silo {killed} killed meanwhile" : "")}", async () =>
        {
            await cluster.Database.StopAsync();
            await PassAsync(length / 2);
            if (silo is { } victim) await Silo(victim).EndAsync("KILL");
            await PassAsync(length / 2);
            await cluster.Database.StartAgainAsync();
        }, Stalled);

    private static bool Moved(Talker talker, Interruption interruption) => interruption.Moved;

    private static bool Stalled(Talker talker, Interruption interruption) => true;

    private static int PortOf(EndPoint? client) => client is IPEndPoint point ? point.Port : -1;

    private static Task PassAsync(TimeSpan length) => Task.Delay(length, TimeProvider.System);

    private Service Silo(int silo) => cluster.Silos[silo].Process;

    private static Task ReplaceAsync(Service service, Release release)
    {
        service.Folder = release.Folder;
        return service.EndAsync("TERM");
    }

    private HashSet<Talker> ServedBy(EndPoint frontend) => [.. audience.Talkers.Where(talker => frontend.Equals(talker.Link.Serving))];

    private Task<Trial> EndFrontendAsync(int frontend, string signal, string what)
    {
        var served = ServedBy(cluster.Addresses[frontend]);
        return TryAsync(what, () => cluster.Frontends[frontend].EndAsync(signal), (talker, _) => served.Contains(talker));
    }

    private void Heal()
    {
        foreach (var silo in cluster.Silos)
        {
            silo.Silo.Heal();
            silo.Gateway.Heal();
            silo.Store.Heal();
        }
    }

    /// <summary>Lets a silo find out that it was declared dead, if it was.</summary>
    private static Task NoticeAsync(HostProcess process) => Task.WhenAny(process.EndAsync(), PassAsync(Notice));

    private async Task<Trial> TryAsync(string what, Func<Task> fault, Func<Talker, Interruption, bool> hit)
    {
        var began = TimeProvider.System.GetTimestamp();
        var spoken = audience.Talkers.Select(talker => (Talker: talker, Reply: talker.Replies.LastOrDefault(reply => reply.Spans(began)))).ToList();
        await fault();
        await audience.EverybodyHearsAsync(what);
        var gaps = from reader in spoken
                   where reader.Reply is not null
                   let interruption = reader.Reply.Interruption(began)
                   where interruption.Gap > TimeSpan.Zero && hit(reader.Talker, interruption)
                   select interruption.Gap.TotalSeconds;
        var trial = new Trial(what, [.. gaps]);
        await cluster.WholeAsync();
        return trial;
    }
}
