namespace NGrammys.Inference.Sampling;

/// <summary>How often each token stands in prompt and reply: what penalties look at. Tokens of a path are put on top and taken off again. Not thread-safe.</summary>
public sealed class TokenCounts
{
    private readonly Dictionary<int, (bool Prompt, int Reply)> _counts = [];

    /// <summary>Counts what is there.</summary>
    /// <param name="prompt">Tokens before the reply.</param>
    /// <param name="reply">Tokens of the reply.</param>
    public TokenCounts(ReadOnlySpan<int> prompt, ReadOnlySpan<int> reply)
    {
        foreach (var token in prompt) _counts[token] = (true, 0);
        foreach (var token in reply) Push(token);
    }

    /// <summary>Counts one more token of the reply.</summary>
    public void Push(int token)
    {
        var (prompt, reply) = _counts.GetValueOrDefault(token);
        _counts[token] = (prompt, reply + 1);
    }

    /// <summary>Takes back a token that was pushed.</summary>
    public void Pop(int token)
    {
        var (prompt, reply) = _counts[token];
        if (reply == 1 && !prompt) _counts.Remove(token);
        else _counts[token] = (prompt, reply - 1);
    }

    /// <summary>Every token that stands in prompt or reply, and how often in the reply.</summary>
    public Enumerator GetEnumerator() => new(_counts.GetEnumerator());

    /// <summary>Walks the counts without allocating.</summary>
    public struct Enumerator(Dictionary<int, (bool Prompt, int Reply)>.Enumerator inner)
    {
        private Dictionary<int, (bool Prompt, int Reply)>.Enumerator _inner = inner;

        /// <summary>Token and number of times in the reply.</summary>
        public readonly (int Token, int Reply) Current => (_inner.Current.Key, _inner.Current.Value.Reply);

        /// <summary>Goes to the next token.</summary>
        public bool MoveNext() => _inner.MoveNext();
    }
}
