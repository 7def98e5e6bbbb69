using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace NGrammys.ServiceDefaults.Metrics;

/// <summary>Sums up the instruments of the meter NGrammys and writes them in Prometheus's text format. Thread-safe.</summary>
/// <remarks>
/// The exporter package for it has been a preview for years; the format is a page long. What means the same as one of vLLM's metrics is written under
/// its name, too, so that dashboards for vLLM show it.
/// </remarks>
public sealed class PrometheusText : IDisposable
{
    /// <summary>Content type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Label sets are bounded by what instruments are given; this bounds a mistake.
    private const int MostSeries = 500;

    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["ngrammys.spec.drafted"] = "vllm:spec_decode_num_draft_tokens",
        ["ngrammys.spec.accepted"] = "vllm:spec_decode_num_accepted_tokens",
        ["ngrammys.spec.accepted_at"] = "vllm:spec_decode_num_accepted_tokens_per_pos",
        ["ngrammys.spec.drafts"] = "vllm:spec_decode_num_drafts",
        ["ngrammys.tokens.prompt"] = "vllm:prompt_tokens",
        ["ngrammys.tokens.generated"] = "vllm:generation_tokens",
        ["ngrammys.sequences.running"] = "vllm:num_requests_running",
        ["ngrammys.sequences.waiting"] = "vllm:num_requests_waiting",
        ["gen_ai.server.time_to_first_token"] = "vllm:time_to_first_token_seconds",
        ["gen_ai.server.time_per_output_token"] = "vllm:request_time_per_output_token_seconds",
        ["gen_ai.server.request.duration"] = "vllm:e2e_request_latency_seconds",
    };

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, MetricSeries>> _instruments = [];

    /// <summary>Begins to listen.</summary>
    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "NGrammys") listener.EnableMeasurementEvents(instrument);
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.TryRemove(instrument, out ConcurrentDictionary<string, MetricSeries>? _);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The text of now.</summary>
    public string Write()
    {
        foreach (var (instrument, series) in _instruments)
        {
            // What is observed is told anew each time.
            if (instrument.IsObservable) series.Clear();
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, series) in _instruments.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            Write(text, NameOf(instrument), instrument, series);
            if (OtherNames.TryGetValue(instrument.Name, out var other)) Write(text, other + (Kind(instrument) == "counter" ? "_total" : ""), instrument, series);
        }

        return text.ToString();
    }

    /// <summary>Stops to listen.</summary>
    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _instruments.GetOrAdd(instrument, _ => new ConcurrentDictionary<string, MetricSeries>(StringComparer.Ordinal));
        var labels = MetricSeries.Labels(tags);
        if (!series.TryGetValue(labels, out var one))
        {
            if (series.Count >= MostSeries) return;
            one = series.GetOrAdd(labels, _ => new MetricSeries((instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries));
        }

        one.Take(value, adds: Kind(instrument) != "gauge");
    }

    private static void Write(StringBuilder text, string name, Instrument instrument, ConcurrentDictionary<string, MetricSeries> series)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(Kind(instrument)).Append('\n');
        foreach (var (labels, one) in series.OrderBy(pair => pair.Key, StringComparer.Ordinal)) one.Write(text, name, labels);
    }

    private static string Kind(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter" : "gauge";
    }

    private static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        if (instrument.Unit == "s") name += "_seconds";
        return Kind(instrument) == "counter" ? name + "_total" : name;
    }
}
