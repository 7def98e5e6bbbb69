
namespace NGrammys.Grains.Batching;

/// <summary>Names the engine of one device in the cluster: the silo process that owns it and the device's ordinal there.</summary>
/// <remarks>A silo's address contains its start time: a restarted process is another address, so an old key can never reach a new engine.</remarks>
/// <param name="Silo">The silo process.</param>
/// <param name="Device">Ordinal of the device in that silo, from 0.</param>
public sealed record BatcherKey(SiloAddress Silo, int Device)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static BatcherKey Parse(string text)
    {
        var slash = text.LastIndexOf('/');
        return new BatcherKey(SiloAddress.FromParsableString(text[..slash]), int.Parse(text[(slash + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>silo/device.</summary>
    public override string ToString() => $"{Silo.ToParsableString()}/{Device}";
}
