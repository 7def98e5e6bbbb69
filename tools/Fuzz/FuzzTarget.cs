namespace NGrammys.Fuzz;

/// <summary>Something that reads what strangers wrote.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Share">Its share of all inputs; what runs long gets less.</param>
/// <param name="Seeds">Valid inputs, from which damaged ones are made.</param>
/// <param name="Mutate">Damages an input.</param>
/// <param name="Read">Reads an input; may throw NGrammysException and nothing else.</param>
/// <param name="MostAllocated">Bytes that reading may allocate, besides <see cref="AllocatedPerByte"/> times the input's size.</param>
internal sealed record FuzzTarget(
    string Name, double Share, byte[][] Seeds, Func<Random, byte[], byte[]> Mutate, Action<byte[]> Read, long MostAllocated = 16 << 20)
{
    /// <summary>Bytes that reading may allocate for every byte of the input.</summary>
    public const long AllocatedPerByte = 1000;
}
