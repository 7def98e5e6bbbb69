using NGrammys.Drafting;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Bigrams;

/// <summary>Computes a model's bigram table: one forward pass over every token of the vocabulary, each as if it stood alone.</summary>
public static class BigramBuilder
{
    /// <summary>Rows of the KV cache that an executor needs for it.</summary>
    public const int KvRows = TokensPerPass + 16;

    // As many as keep a processor's kernels busy; the logits of more would only take memory.
    private const int TokensPerPass = 64;

    /// <summary>Computes the table.</summary>
    /// <param name="executor">Runs the passes; its first <see cref="KvRows"/> rows are overwritten.</param>
    /// <param name="vocabulary">Number of tokens, V.</param>
    /// <param name="prefix">Tokens that stand before each; see <see cref="BigramFile.PrefixOf"/>.</param>
    /// <param name="progress">Receives the number of tokens done.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static ModelBigram Build(IForwardExecutor executor, int vocabulary, ReadOnlySpan<int> prefix, Action<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(executor);
        var width = Math.Min(ModelBigram.DefaultWidth, vocabulary);
        var batch = new ForwardBatch();
        batch.BeginSlice(0, 0);
        foreach (var token in prefix) batch.Add(token, batch.Count - 1, output: false);
        if (batch.Count > 0) executor.Forward(batch, []);

        var (tokens, shares) = (new int[vocabulary * width], new byte[vocabulary * width]);
        var logits = new float[TokensPerPass * vocabulary];
        for (var done = 0; done < vocabulary; done += batch.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Fill(batch, done, Math.Min(vocabulary - done, TokensPerPass), prefix.Length);
            executor.Forward(batch, logits.AsSpan(0, batch.Count * vocabulary));
            for (var row = 0; row < batch.Count; row++)
            {
                var at = (done + row) * width;
                TopTokens.Select(logits.AsSpan(row * vocabulary, vocabulary), tokens.AsSpan(at, width), shares.AsSpan(at, width));
            }

            progress?.Invoke(done + batch.Count);
        }

        return new ModelBigram(width, tokens, shares);
    }

    // Siblings do not see each other: all tokens are children of the same prefix.
    private static void Fill(ForwardBatch batch, int token, int count, int prefix)
    {
        batch.Clear();
        batch.BeginSlice(0, prefix);
        for (var i = 0; i < count; i++) batch.Add(token + i, -1, output: true);
    }
}
