using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Client;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.Layer.Benchmarks;
using NGrammys.Silo.Engines;

// Arguments: model folder, conversations at once, tokens of a reply, rounds.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (model, conversations, tokens, rounds) = (args[0], Argument(1, 16), Argument(2, 128), Argument(3, 5));
var options = new EngineOptions { Model = model, DataType = "bfloat16" };
using var loaded = LoadedModel.Load(options, TimeProvider.System, NullLoggerFactory.Instance);
loaded.PrepareChat();
Work[] works = [.. Enumerable.Range(0, rounds + 1).Select(round => new Work(conversations, tokens, loaded.Tokenizer, round))];
using var folder = ModelFolder.Open(model);
using var executor = LoadedModel.CreateExecutor(folder, options, conversations * (works.Max(work => work.Prompts.Max(prompt => prompt.Length)) + tokens), out _);
await using var server = await LocalServer.StartAsync(loaded);
await using var client = await ChatClient.ConnectAsync(server.Address, server.CreateKey());
ILayer[] layers =
[
    new RawForward(executor, loaded.Engine.Model.VocabularySize),
    new EngineLayer(loaded.Engine),
    new BatcherLayer(server.Grains.GetGrain<IBatcherGrain>(server.Batcher)),
    new GrainLayer(server.Grains),
    new ClientLayer(client),
];
// What runs first is compiled while it runs.
foreach (var layer in layers) await SpeedAsync(layer, works[^1]);

var speeds = layers.Select(_ => new List<double>()).ToArray();
for (var round = 0; round < rounds; round++)
{
    // Each round begins with another, so that a busy minute falls on all alike.
    for (var i = 0; i < layers.Length; i++)
    {
        var at = (i + round) % layers.Length;
        speeds[at].Add(await SpeedAsync(layers[at], works[round]));
    }
}

var info = loaded.Engine.Model;
Console.WriteLine($"{info.Name}, {info.Device}, {info.DataType}, {Environment.ProcessorCount} processors; {conversations} replies of {tokens} tokens at once, plain, prompts of {works[0].Prompts.Average(prompt => prompt.Length):f0} tokens included, {rounds} rounds\n");
Console.WriteLine("| layer | tokens/s, median (least, most) | of raw forward, median of rounds | of engine step, median of rounds |\n|---|---|---|---|");
for (var i = layers.Length - 1; i >= 0; i--)
    Console.WriteLine($"| {layers[i].Name} | {Median(speeds[i]):f1} ({speeds[i].Min():f1}, {speeds[i].Max():f1}) | {Share(i, 0):f3} | {Share(i, 1):f3} |");

async Task<double> SpeedAsync(ILayer layer, Work work)
{
    var began = Stopwatch.GetTimestamp();
    var counts = await layer.RunAsync(work);
    var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
    if (counts.Any(count => count != tokens)) throw new InvalidOperationException($"{layer.Name} made replies of {string.Join(", ", counts)} tokens; {tokens} were asked for.");
    return counts.Sum() / seconds;
}

int Argument(int index, int usual) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : usual;

double Share(int layer, int of) => Median([.. speeds[layer].Zip(speeds[of], (speed, other) => speed / other)]);

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
