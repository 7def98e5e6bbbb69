using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Placement;

/// <summary>How busy a silo's engines are, and with what, as it tells the others once a second.</summary>
/// <param name="Waiting">Sequences that wait for room or are being prefilled.</param>
/// <param name="KvUsed">Share of the KV rows in use, 0 to 1.</param>
/// <param name="Leaving">Whether it hands its conversations over and takes no more.</param>
/// <param name="Model">What it serves; null = a silo of an earlier release, which does not say.</param>
/// <param name="StoreAway">Whether it does not reach the store.</param>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.SiloLoad")]
internal sealed record SiloLoad(
    [property: Id(0)] int Waiting,
    [property: Id(1)] double KvUsed,
    [property: Id(2)] bool Leaving,
    [property: Id(3)] ModelDescription? Model = null,
    [property: Id(4)] bool StoreAway = false);
