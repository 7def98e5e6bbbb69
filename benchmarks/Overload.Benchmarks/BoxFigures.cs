namespace NGrammys.Overload.Benchmarks;

/// <summary>What a server holds.</summary>
/// <param name="Running">Sequences that decode.</param>
/// <param name="Waiting">Sequences that wait.</param>
/// <param name="KvRowsUsed">Rows of the cache that they hold.</param>
/// <param name="Completions">Activations of requests that are not kept.</param>
/// <param name="Conversations">Activations of conversations, which stay awake for a while.</param>
/// <param name="Heap">Bytes that are alive after a full collection.</param>
internal sealed record BoxFigures(int Running, int Waiting, int KvRowsUsed, int Completions, int Conversations, long Heap)
{
    public override string ToString() =>
        $"{Running} running, {Waiting} waiting, {KvRowsUsed} rows used, {Completions} completion grains, {Conversations} conversation grains awake, {Heap / 1048576.0:f1} MiB alive";
}
