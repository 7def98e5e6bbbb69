using NGrammys.Cli.Assessment;
using NGrammys.Inference.Execution;

namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>A device that takes the time that was measured on another and computes nothing: the next token follows from the last one and its position.</summary>
/// <param name="costs">What passes take; null = no time at all.</param>
/// <param name="vocabulary">Tokens of the model, V.</param>
/// <param name="time">The clock.</param>
internal sealed class TimedExecutor(DeviceCosts? costs, int vocabulary, TimeProvider time) : IForwardExecutor
{
    private readonly ManualResetEventSlim _never = new();
    private long _free; // timestamp from which the device has nothing to do
    private long _busyTicks;

    public string Device => "simulated";

    // As many as a large GPU has room for beside a model of 7B parameters: what is kept of earlier replies must cost the next ones nothing.
    public int KvRows => 262_144;

    public bool HasOwnMemory => false;

    public int RowBytes => 1;

    /// <summary>Time that its passes have taken since it began. Thread-safe.</summary>
    public TimeSpan Busy => TimeSpan.FromSeconds((double)Interlocked.Read(ref _busyTicks) / time.TimestampFrequency);

    public void Forward(ForwardBatch batch, Span<float> logits)
    {
        var began = time.GetTimestamp();
        for (var i = 0; i < batch.Outputs.Count; i++)
        {
            var node = batch.Outputs[i];
            var row = logits.Slice(i * vocabulary, vocabulary);
            row.Clear();
            row[Next(batch.Tokens[node], batch.Positions[node], vocabulary)] = 1;
        }

        if (costs is null) return;
        var cost = (long)(Seconds(costs, batch) * time.TimestampFrequency);
        Interlocked.Add(ref _busyTicks, cost);
        _free = Math.Max(began, _free) + cost;
        // Waits are whole milliseconds; what is left of one is waited for with the next pass.
        var rest = time.GetElapsedTime(time.GetTimestamp(), _free);
        if (rest.TotalMilliseconds >= 1) _never.Wait(rest);
    }

    public void MoveRows(ReadOnlySpan<int> from, int to) { }

    public void CopyRows(int from, int to, int count) { }

    public void ReadRows(int first, int count, Span<byte> rows) => rows.Clear();

    public void WriteRows(ReadOnlySpan<byte> rows, int first, int count) { }

    public int AnglesOf(int reach) => 0;

    public void Dispose() => _never.Dispose();

    // No token is the same at two positions, so that no draft is right: a step brings one token, which is the most that grains may have to do for it.
    // The first eighth of a vocabulary holds what is special; those are no words of a reply.
    private static int Next(int token, int position, int vocabulary)
    {
        var hash = ((uint)token * 0x9E3779B1u) ^ ((uint)position * 0x85EBCA77u);
        var special = vocabulary / 8;
        return special + (int)((hash ^ hash >> 15) % (uint)(vocabulary - special));
    }

    private static double Seconds(DeviceCosts costs, ForwardBatch batch)
    {
        var context = 0L;
        foreach (var slice in batch.Slices) context += slice.PrefixLength;
        var wanted = batch.Outputs.Count;
        return costs.Step(Math.Min(batch.Slices.Count, wanted), wanted, batch.Count - wanted, (int)(context / batch.Slices.Count));
    }
}
