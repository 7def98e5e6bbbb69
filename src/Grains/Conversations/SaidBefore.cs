using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Conversations;

/// <summary>Words a prompt in the tokens in which its text was said before, so that their keys and values serve again: a model's own tokens are often not
/// those of a tokenizer.</summary>
internal static class SaidBefore
{
    /// <summary>The same text: as far as an earlier one reads alike in its tokens, from there on in the prompt's own.</summary>
    /// <param name="prompt">Ids of the rendered conversation.</param>
    /// <param name="said">Ids of an earlier prompt and its reply.</param>
    /// <param name="tokenizer">Tells what tokens stand for.</param>
    public static int[] Splice(int[] prompt, ReadOnlySpan<int> said, ITokenizer tokenizer)
    {
        var (ours, theirs) = (0, 0);
        ReadOnlySpan<byte> ourBytes = default, theirBytes = default;
        // Where both are between two tokens, one can go on for the other.
        var (cut, seam) = (0, 0);
        while (true)
        {
            if (ourBytes.IsEmpty && theirBytes.IsEmpty)
            {
                (cut, seam) = (ours, theirs);
                if (ours == prompt.Length || theirs == said.Length) break;
                if (prompt[ours] == said[theirs])
                {
                    (ours, theirs) = (ours + 1, theirs + 1);
                    continue;
                }
            }

            if (!Next(prompt, ref ours, ref ourBytes) || !Next(said, ref theirs, ref theirBytes)) break;
            var common = Math.Min(ourBytes.Length, theirBytes.Length);
            if (!ourBytes[..common].SequenceEqual(theirBytes[..common])) break;
            ourBytes = ourBytes[common..];
            theirBytes = theirBytes[common..];
        }

        return [.. said[..seam], .. prompt.AsSpan(cut)];

        // Special tokens have no bytes; two that differ are different texts.
        bool Next(ReadOnlySpan<int> ids, ref int at, ref ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty && at < ids.Length) bytes = tokenizer.BytesOf(ids[at++]);
            return !bytes.IsEmpty;
        }
    }
}
