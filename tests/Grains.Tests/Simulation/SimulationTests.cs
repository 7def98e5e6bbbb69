using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Storage;
using NGrammys.TestSupport;
using NGrammys.WebFrontend.Streaming;
using GrainSettings = NGrammys.Grains.Interfaces.Conversations.TurnSettings;

namespace NGrammys.Grains.Tests.Simulation;

/// <summary>
/// The production grain, relay and client with a scripted engine under a thousand faults by the dice of a seed: everybody must still read what an undisturbed
/// run says. And the same with mistakes planted in it, each of which must be found.
/// </summary>
/// <remarks>
/// Which faults happen follows from the seed; when they happen relative to each other is up to the scheduler, as in life. NGRAMMYS_SEED repeats a seed,
/// NGRAMMYS_FAULTS asks for more than a thousand.
/// </remarks>
public sealed class SimulationTests : IAsyncLifetime
{
    private const int AtOnce = 24, LongestReply = 160, Kinds = 6;
    private static readonly TimeSpan ClientSilence = TimeSpan.FromSeconds(4);

    // Whoever has heard nothing for so long will never hear anything; on a busy machine simulated time flies.
    private static readonly TimeSpan ClientPatience = TimeSpan.FromMinutes(30);

    // Where a reader that stands still is what shows the mistake.
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMinutes(1);

    // An attempt that got this far counts as a first: what is taken away more often is given up, and rightly.
    private const int Progress = 40;

    private static readonly int Wanted = Given("NGRAMMYS_FAULTS") ?? 1000;

    private readonly SimulatedClock _clock = new();
    private readonly GrainCluster _cluster;
    private readonly int[][] _undisturbed = new int[Kinds][];

    public SimulationTests() => _cluster = new GrainCluster(_clock, silos: 2);

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), onForward: _ => _clock.Pass());
        for (var kind = 0; kind < Kinds; kind++)
            _undisturbed[kind] = [.. (await (await Chat.CreateAsync(_cluster)).AskAsync($"song {kind}", Settings(kind))).Tokens];
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _clock.Dispose();
    }

    [Fact]
    public async Task Under_a_thousand_faults_everybody_reads_what_an_undisturbed_run_says()
    {
        var seed = Seed();
        var weather = new Weather(_cluster, _clock, seed, Bug.None);
        while (weather.Faults < Wanted)
        {
            var breaches = await RoundAsync(weather, Bug.None);
            Assert.True(breaches.Count == 0, $"Seed {seed}, after {weather.Faults} faults: {string.Join(" ", breaches)}");
        }
    }

    [Theory]
    [InlineData(Bug.NoFence)]
    [InlineData(Bug.PublishBeforeCommit)]
    [InlineData(Bug.ResumeOffByOne)]
    [InlineData(Bug.SeedDrawnAgain)]
    public async Task A_planted_mistake_is_found_within_a_thousand_faults(Bug bug)
    {
        var seed = Seed();
        var weather = new Weather(_cluster, _clock, seed, bug);
        IReadOnlyList<string> breaches = [];
        while (breaches.Count == 0 && weather.Faults < Wanted) breaches = await RoundAsync(weather, bug);
        Assert.True(breaches.Count > 0, $"Seed {seed}: {bug} was not found within {weather.Faults} faults.");
    }

    /// <summary>The seed of NGRAMMYS_SEED, or a fresh one.</summary>
    private static int Seed() => Given("NGRAMMYS_SEED") ?? Environment.TickCount;

    private static int? Given(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var given) ? given : null;

    // Hot sampling: the scripted model's logits differ by one, so that the noise decides, and with it the seed.
    private static GrainSettings Settings(int kind) =>
        new() { Temperature = kind % 2 == 0 ? 0 : 0.7, Seed = (ulong)kind, MaxTokens = LongestReply };

    /// <summary>Some conversations at once; returns what went wrong.</summary>
    private async Task<IReadOnlyList<string>> RoundAsync(Weather weather, Bug bug)
    {
        var talks = Enumerable.Range(0, AtOnce).Select(i => TalkAsync(weather, i % Kinds, bug)).ToArray();
        var found = await Task.WhenAll(talks).For("a round of conversations");
        return [.. weather.Breaches, .. found.OfType<string>()];
    }

    /// <summary>Asks once and reads to the end; returns what went wrong, or null.</summary>
    private async Task<string?> TalkAsync(Weather weather, int kind, Bug bug)
    {
        var chat = await Chat.CreateAsync(_cluster);
        var turn = (await SendAsync(chat, kind)).Turn;
        var relay = new TurnRelay(_clock);
        var reader = new TurnReader(
            (from, token) => weather.Cut(relay.ReadAsync((next, inner) => Open(next, inner), from, token), token),
            error => error is ConversationException { Error: not ConversationError.Unavailable }, ClientSilence, bug == Bug.ResumeOffByOne ? ShortPatience : ClientPatience, _clock);
        var kept = new List<int>();
        var taken = 0;
        try
        {
            await foreach (var frame in reader.ReadAsync(0))
            {
                if (frame.Kind == TurnEventKind.End)
                    return kept.SequenceEqual(_undisturbed[kind]) && frame.Finish is "stop" or "length" ? null : $"Turn {turn} said other things than undisturbed ({frame.Finish}: {frame.Error}).";
                if (frame.Kind != TurnEventKind.Tokens) continue;
                if (frame.Position != kept.Count) return $"Turn {turn} jumped from {kept.Count} to {frame.Position}.";
                kept.AddRange(frame.Tokens);
                if (kept.Count - taken < Progress || weather.Draw() < 0.3) continue;
                taken = kept.Count;
                await weather.TakeAwayAsync(chat);
            }

            return $"Turn {turn} had no end.";
        }
        catch (ChatException e)
        {
            return $"Turn {turn} stood still: {e.Message}";
        }

        async IAsyncEnumerable<TokenChunk> Open(int from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var late = bug == Bug.ResumeOffByOne && from > 0 ? 1 : 0;
            await foreach (var chunk in weather.Cut(chat.Grain.Stream(turn, 0, from + late, cancellationToken), cancellationToken))
            {
                weather.See(turn, chunk);
                // A grain begins with the whole step in which the position lies; one that counts wrong would not.
                if (late == 0 || chunk.Position > from) yield return chunk;
            }
        }
    }

    /// <summary>Asks with one operation id until it is known that it was heard.</summary>
    private static async Task<TurnHandle> SendAsync(Chat chat, int kind)
    {
        var operation = Guid.NewGuid();
        while (true)
        {
            try
            {
                return await chat.SendAsync($"song {kind}", Settings(kind), operation: operation);
            }
            catch (ConversationException e) when (e.Error == ConversationError.Unavailable)
            {
                await Task.Yield();
            }
        }
    }
}
