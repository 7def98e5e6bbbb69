using System.Diagnostics.Metrics;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Observability;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Batching;

/// <summary>Silos that drive two devices each.</summary>
public sealed class SeveralDevicesTests
{
    [Fact]
    public async Task Conversations_spread_and_each_stays_on_its_device()
    {
        await using var cluster = await StartAsync(silos: 1);
        using var first = new Gate();
        using var second = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), first);
        cluster.Second.Use(ScriptedChat.Answering(ScriptedChat.Song), second);
        var chats = new List<Chat>();
        var readers = new List<Reader>();
        for (var i = 0; i < 4; i++)
        {
            chats.Add(await Chat.CreateAsync(cluster));
            readers.Add(chats[i].Read((await chats[i].SendAsync($"song {i}")).Turn));
        }

        await first.StartsAsync(2);
        await second.StartsAsync(2);
        first.Open();
        second.Open();
        for (var i = 0; i < 4; i++)
        {
            await readers[i].ReadToEndAsync();
            Assert.Equal(ScriptedChat.Song($"song {i}"), readers[i].Text);
        }

        // Replies that are held go to the devices in turn.
        for (var i = 3; i >= 0; i--) Assert.Equal(i % 2, await AskAsync(cluster, chats[i], $"verse {i}"));
    }

    [Fact]
    public async Task A_device_that_hangs_takes_only_its_own_replies_and_those_go_on_at_the_other()
    {
        await using var cluster = await StartAsync(silos: 1);
        using var living = new Gate();
        using var hanging = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), living);
        cluster.Second.Use(ScriptedChat.Answering(ScriptedChat.Song), hanging);
        var (spared, hit, next) = (await Chat.CreateAsync(cluster), await Chat.CreateAsync(cluster), await Chat.CreateAsync(cluster));
        var sparedReader = spared.Read((await spared.SendAsync("spared")).Turn);
        var hitReader = hit.Read((await hit.SendAsync("hit")).Turn);
        living.Open();

        // It hangs in the middle of a reply, and nobody has noticed yet.
        await hitReader.StepAsync(hanging, 3);
        await sparedReader.ReadToEndAsync();
        Assert.Equal(ScriptedChat.Song("spared"), sparedReader.Text);
        Assert.Equal(0, await AskAsync(cluster, next, "next"));
        Assert.Null(hitReader.End);
        var devices = await cluster.DevicesOfAsync(hit.Grain);
        Assert.True(devices.TryLose(1));
        await hitReader.ReadToEndAsync();

        Assert.Equal((ScriptedChat.Song("hit"), "stop"), (hitReader.Text, hitReader.End!.Finish));
        Assert.True(hitReader.Chunks.Select(chunk => chunk.Epoch).Distinct().Count() > 1, "The reply did not go on elsewhere.");
        Assert.Single(sparedReader.Chunks.Select(chunk => chunk.Epoch).Distinct());
        for (var i = 0; i < 3; i++) Assert.Equal(0, await AskAsync(cluster, await Chat.CreateAsync(cluster), $"later {i}"));
        var node = Assert.Single((await cluster.Grains.GetGrain<IClusterGrain>(0).Describe()).Nodes);
        Assert.Equal([false, true], node.Details!.Devices.Select(device => device.Lost));
        await hit.Grain.Delete();
        Assert.False(devices.TryLose(0));
    }

    [Fact]
    public async Task A_node_that_is_drained_hands_over_the_replies_of_both_devices()
    {
        await using var cluster = await StartAsync(silos: 2);
        using var first = new Gate();
        using var second = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), first);
        cluster.Second.Use(ScriptedChat.Answering(ScriptedChat.Song), second);
        var (one, other) = await NeighboursAsync(cluster);
        var (oneReader, otherReader) = (one.Read((await one.SendAsync("one")).Turn), other.Read((await other.SendAsync("other")).Turn));
        await oneReader.StepAsync(first, 3);
        await otherReader.StepAsync(second, 3);

        await cluster.Grains.GetGrain<IClusterGrain>(0).Drain(await cluster.AddressOfAsync(one.Grain));
        first.Open();
        second.Open();

        foreach (var (reader, asked) in new[] { (oneReader, "one"), (otherReader, "other") })
        {
            await reader.ReadToEndAsync();
            Assert.Equal((ScriptedChat.Song(asked), "stop"), (reader.Text, reader.End!.Finish));
            Assert.True(reader.Chunks.Select(chunk => chunk.Epoch).Distinct().Count() > 1, "The reply was not handed over.");
        }
    }

    [Fact]
    public async Task A_conversation_that_is_deleted_leaves_nothing_on_any_device()
    {
        await using var cluster = await StartAsync(silos: 1);
        using var first = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), first);
        var (held, deleted) = (await Chat.CreateAsync(cluster), await Chat.CreateAsync(cluster));
        var reader = held.Read((await held.SendAsync("held")).Turn);
        await deleted.AskAsync("deleted");
        await KeptAsync(rows => rows > 0).For("the second device to keep the reply's keys and values");

        await deleted.Grain.Delete();

        await KeptAsync(rows => rows == 0).For("the second device to forget the conversation");
        first.Open();
        await reader.ReadToEndAsync();

        async Task KeptAsync(Func<int, bool> expected)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!expected(cluster.Second.Load.KvRowsKept)) await timer.WaitForNextTickAsync();
        }
    }

    [Fact]
    public async Task Metrics_tell_each_device()
    {
        using var engines = new Engines();
        var devices = new LocalDevices([engines.First, engines.Second]);
        devices.TryLose(1);
        using var instruments = new EngineInstruments(devices);
        var told = new List<(string Instrument, object? Device, long Value)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => told.Add((instrument.Name, tags.Length == 1 ? tags[0].Value : null, value)));
        await instruments.StartAsync(TestContext.Current.CancellationToken);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal([0, 1], told.Where(one => one.Instrument == "ngrammys.kv.rows").Select(one => one.Device));
        Assert.Equal([(0, 0L), (1, 1L)], told.Where(one => one.Instrument == "ngrammys.engine.lost").Select(one => ((int)one.Device!, one.Value)));
    }

    private static async Task<GrainCluster> StartAsync(short silos)
    {
        var cluster = new GrainCluster(TimeProvider.System, silos, duties: silos > 1, devices: 2);
        await cluster.InitializeAsync();
        return cluster;
    }

    /// <summary>Two conversations in one silo.</summary>
    private static async Task<(Chat One, Chat Other)> NeighboursAsync(GrainCluster cluster)
    {
        var homes = new Dictionary<string, Chat>();
        while (true)
        {
            var chat = await Chat.CreateAsync(cluster);
            if (!homes.TryAdd(await cluster.AddressOfAsync(chat.Grain), chat)) return (homes[await cluster.AddressOfAsync(chat.Grain)], chat);
        }
    }

    /// <summary>Asks, and says which device was asked for the reply.</summary>
    private static async Task<int> AskAsync(GrainCluster cluster, Chat chat, string text)
    {
        var asked = new int[2];
        cluster.Engine.OnVerify = _ => Interlocked.Increment(ref asked[0]);
        cluster.Second.OnVerify = _ => Interlocked.Increment(ref asked[1]);
        Assert.Equal(ScriptedChat.Song(text), (await chat.AskAsync(text)).Text);
        return Assert.Single(Enumerable.Range(0, 2), device => asked[device] > 0);
    }

    private sealed class Engines : IDisposable
    {
        public SwitchedEngine First { get; } = new();

        public SwitchedEngine Second { get; } = new();

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
