using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>Where the text of each token of a reply ends. It is not stored: the tokens tell it again, as long as the model is the same.</summary>
internal static class TextEnds
{
    /// <summary>Per token the length of the text that is settled with it, in UTF-16 code units.</summary>
    /// <param name="rows">The reply from its first token.</param>
    /// <param name="detokenizer">A fresh one of the model that has written it.</param>
    public static int[] Of(IReadOnlyList<TranscriptRow> rows, IDetokenizer detokenizer)
    {
        var length = 0;
        return [.. rows.SelectMany(row => row.Tokens).Select(token => length += detokenizer.Append(token).Length)];
    }
}
