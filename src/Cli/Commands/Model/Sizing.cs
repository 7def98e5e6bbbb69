using System.Globalization;
using System.Text.RegularExpressions;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Cli.Commands.Model;

/// <summary>What of a load fits into the memory of a device.</summary>
/// <param name="Type">Type of weights, and of keys and values where the device computes in it.</param>
/// <param name="Weights">Bytes of weights.</param>
/// <param name="PerToken">Bytes of keys and values of one token.</param>
/// <param name="Conversations">How many conversations fit beside the weights; 0 if the weights alone do not.</param>
internal sealed partial record Sizing(string Type, long Weights, long PerToken, long Conversations)
{
    // What a sequence reserves beside its tokens, see Sequence.RowsNeeded.
    private const int DraftRows = 64;

    // Activations, logits, the library's own: a tenth is what other servers leave, too.
    private const double ShareOfDevice = 0.9;

    /// <summary>The types that a GPU computes in.</summary>
    public static Sizing[] All(DecoderDescription decoder, long parameters, long device, int conversation) =>
        [Of("bfloat16", sizeof(short), decoder, parameters, device, conversation), Of("float32", sizeof(float), decoder, parameters, device, conversation)];

    /// <summary>Reads a size such as <c>24GiB</c>, <c>512 MB</c> or <c>80g</c>; without a unit it is bytes. Units of a thousand count as binary ones.</summary>
    public static long ParseSize(string text)
    {
        var match = Size().Match(text);
        if (!match.Success || !double.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var number) || number <= 0)
            throw new NGrammysException($"--memory is '{text}'; write it like 24GiB.");
        return (long)(number * (1L << (10 * " KMGT".IndexOf(match.Groups[2].Value.ToUpperInvariant() is { Length: 1 } unit ? unit : " ", StringComparison.Ordinal))));
    }

    private static Sizing Of(string type, int bytes, DecoderDescription decoder, long parameters, long device, int conversation)
    {
        var (weights, perToken) = (parameters * bytes, (long)decoder.KvElementsPerRow * bytes);
        var room = (long)(device * ShareOfDevice) - weights;
        return new Sizing(type, weights, perToken, Math.Max(0, room / (perToken * (conversation + DraftRows))));
    }

    [GeneratedRegex(@"^\s*([0-9.]+)\s*([KMGTkmgt]?)(?:i?[Bb])?\s*$")]
    private static partial Regex Size();
}
