using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using NGrammys.Grains.Batching;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Observability;

/// <summary>What the engines of a silo tell operators, by device.</summary>
internal sealed class EngineInstruments(LocalDevices devices) : IHostedService, IDisposable
{
    private Meter? _meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meter = new Meter("NGrammys");
        Gauge("ngrammys.sequences.running", "Sequences that decode.", load => load.Running);
        Gauge("ngrammys.sequences.waiting", "Sequences that wait for room or are being prefilled.", load => load.Waiting);
        Gauge("ngrammys.kv.rows", "Rows of the KV cache.", load => load.KvRows);
        Gauge("ngrammys.kv.rows_used", "Rows of the KV cache in use.", load => load.KvRowsUsed);
        Gauge("ngrammys.kv.rows_kept", "Rows of the KV cache that keep what earlier sequences have left.", load => load.KvRowsKept);
        Counter("ngrammys.engine.passes", "Forward passes that carried a decode root.", load => load.Steps);
        Counter("ngrammys.engine.roots", "Decode roots carried by them: their ratio is how many share a pass.", load => load.RootsCarried);
        Counter("ngrammys.engine.prefilled", "Prompt tokens computed.", load => load.Prefilled);
        Counter("ngrammys.engine.reused", "Tokens that did not have to be computed, because another sequence of the tenant began alike.", load => load.Reused);
        Counter("ngrammys.engine.preempted", "Sequences that gave up their rows of the KV cache and waited.", load => load.Preempted);
        _meter.CreateObservableGauge("ngrammys.engine.lost", () => Measure((device, _) => devices.IsLost(device) ? 1 : 0),
            description: "1 where a device hangs or its engine has failed, so that no reply begins there.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _meter?.Dispose();

    private void Gauge(string name, string description, Func<EngineLoad, long> value) =>
        _meter!.CreateObservableGauge(name, () => Measure((_, load) => value(load)), description: description);

    private void Counter(string name, string description, Func<EngineLoad, long> value) =>
        _meter!.CreateObservableCounter(name, () => Measure((_, load) => value(load)), description: description);

    private IEnumerable<Measurement<long>> Measure(Func<int, EngineLoad, long> value) => Enumerable.Range(0, devices.Count)
        .Select(device => new Measurement<long>(value(device, devices[device].Load), new KeyValuePair<string, object?>("device", device)));
}
