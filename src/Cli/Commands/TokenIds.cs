using System.Globalization;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands;

/// <summary>Token ids as people write them.</summary>
internal static class TokenIds
{
    /// <summary>Reads ids that are separated by commas.</summary>
    /// <param name="option">Where they stand, for the message.</param>
    /// <param name="text">1,2,3</param>
    /// <exception cref="NGrammysException">One is no number.</exception>
    public static int[] Parse(string option, string text) =>
    [
        .. text.Split(',').Select(id => int.TryParse(id, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NGrammysException($"'{id}' in {option} is no token id; write ids as 1,2,3.")),
    ];
}
