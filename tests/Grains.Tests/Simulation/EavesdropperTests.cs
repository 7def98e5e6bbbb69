using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR.Protocol;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;
using NGrammys.WebFrontend.Hubs;
using NGrammys.WebFrontend.OpenAi;
using NGrammys.WebFrontend.Streaming;
using GrainSettings = NGrammys.Grains.Interfaces.Conversations.TurnSettings;

namespace NGrammys.Grains.Tests.Simulation;

/// <summary>
/// What sizes and times of packets tell of a reply, over the production grain and relay, with an engine whose pass takes a set time: longer than the clock of the
/// publication, so that each step is a packet. All replies are of one length and repeat themselves equally often, each at other places: what drafts bring, and when, tells
/// them apart.
/// </summary>
public sealed class EavesdropperTests : IAsyncLifetime
{
    private const int Prompts = 20, Times = 3, Pieces = 20, Repeats = 9, PieceLength = 8, Stretches = 40;
    private const double BytesOfToken = 17, NearChance = 0.25;

    private static readonly TimeSpan Pass = TimeSpan.FromMilliseconds(45);

    private readonly GrainCluster _cluster = new();
    private readonly ManualResetEventSlim _never = new();

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _cluster.Engine.Use(ScriptedChat.Answering(Reply), onForward: _ => _never.Wait(Pass));
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _never.Dispose();
    }

    [Fact]
    public async Task Padded_packets_tell_no_more_of_a_reply_than_how_long_it_took()
    {
        var hub = new MessagePackHubProtocol();
        var padded = new PaddedProtocol(hub);
        var (bare, length, filled, api) = (new Eavesdropper(), new Eavesdropper(), new Eavesdropper(), new Eavesdropper());
        // In the first round the drafter learns whom to trust.
        for (var time = -1; time < Times; time++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, Prompts).Select(ReadAsync)).For("a round of replies");
            if (time < 0) continue;
            for (var prompt = 0; prompt < Prompts; prompt++)
            {
                var packets = replies[prompt];
                bare.See(prompt, time, Features(packets, frame => hub.GetMessageBytes(new StreamItemMessage("1", frame)).Length));
                filled.See(prompt, time, Features(packets, frame => padded.GetMessageBytes(new StreamItemMessage("1", frame)).Length));
                api.See(prompt, time, Features(packets, ApiBytes));
                length.See(prompt, time, Length(packets));
            }
        }

        Assert.True(bare.Accuracy() > 0.5, $"Bare packets tell {bare.Accuracy():p0} of the replies apart: the test would not see what padding does.");
        Assert.InRange(filled.Accuracy(), 0, NearChance);
        Assert.InRange(api.Accuracy(), 0, NearChance);
        Assert.InRange(length.Accuracy(), 0, NearChance);
        TestContext.Current.SendDiagnosticMessage(
            $"recognised by bare packets {bare.Accuracy():p0}, of the hub {filled.Accuracy():p0}, of the API {api.Accuracy():p0}, by length {length.Accuracy():p0}; chance {1.0 / Prompts:p0}");
    }

    private static int ApiBytes(TurnEvent frame)
    {
        if (frame.Kind != TurnEventKind.Tokens) return 0;
        var json = new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["delta"] = new JsonObject { ["content"] = frame.Text } }) };
        Obfuscation.Pad(json, frame.Text);
        return Encoding.UTF8.GetByteCount(json.ToJsonString());
    }

    private static double[] Length(List<(TurnEvent Frame, TimeSpan At)> packets) => [packets.Count, (packets[^1].At - packets[0].At).TotalMilliseconds];

    // By stretches of the text: how much more came at once than ever least, and after how long. Where in the text it came he reckons from what came before.
    private static double[] Features(List<(TurnEvent Frame, TimeSpan At)> packets, Func<TurnEvent, int> bytes)
    {
        int[] sizes = [.. packets.Where(packet => packet.Frame.Kind == TurnEventKind.Tokens).Select(packet => bytes(packet.Frame))];
        double[] tokens = [.. sizes.Select(size => 1 + (size - sizes.Min()) / BytesOfToken)];
        var features = new double[2 * Stretches + 2];
        for (var (i, read) = (0, 0.0); i < sizes.Length; read += tokens[i++])
        {
            var stretch = (int)(read / tokens.Sum() * Stretches);
            features[stretch] = Math.Max(features[stretch], tokens[i]);
            features[Stretches + stretch] = Math.Max(features[Stretches + stretch], (packets[i].At - packets[Math.Max(0, i - 1)].At).TotalMilliseconds);
        }

        Length(packets).CopyTo(features, 2 * Stretches);
        return features;
    }

    private async Task<List<(TurnEvent Frame, TimeSpan At)>> ReadAsync(int prompt)
    {
        var chat = await Chat.CreateAsync(_cluster);
        var turn = (await chat.SendAsync($"song {prompt}", new GrainSettings { Temperature = 0, MaxTokens = 1000 })).Turn;
        var packets = new List<(TurnEvent, TimeSpan)>();
        var began = Stopwatch.GetTimestamp();
        await foreach (var frame in new TurnRelay(TimeProvider.System).ReadAsync((from, token) => chat.Grain.Stream(turn, 0, from, token), 0, default))
            packets.Add((frame, Stopwatch.GetElapsedTime(began)));
        return packets;
    }

    // Pieces of random letters, each new or the one before it once more; how many are is the same for all prompts.
    private static string Reply(string question)
    {
        var random = new Random(int.Parse(question.Split(' ')[1], CultureInfo.InvariantCulture));
        bool[] repeats = [.. Enumerable.Range(0, Pieces - 1).Select(i => i < Repeats)];
        random.Shuffle(repeats);
        var pieces = new List<string> { Piece(random) };
        foreach (var repeated in repeats) pieces.Add(repeated ? pieces[^1] : Piece(random));
        return string.Concat(pieces);
    }

    private static string Piece(Random random) => string.Concat(Enumerable.Range(0, PieceLength).Select(_ => (char)('a' + random.Next(26))));
}
